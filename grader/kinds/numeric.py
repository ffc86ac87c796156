"""Numeric: one number, within a tolerance, with a word on the slip that explains a wrong one."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from grader.kinds.arithmetic import NumberError, evaluate
from grader.kinds.specs import describe, number_problems, table_of, unknown_keys
from grader.scoring import CORRECTNESS, failed, passed, rejected, settle
from grader.verdict import Finding

if TYPE_CHECKING:
    from grader.contract import GradeRequest
    from grader.grading import Sandboxes
    from grader.verdict import Verdict

DEFAULT_RTOL = 1e-3
DEFAULT_ATOL = 1e-9

# (code, name, factor between the answer and the key, sentence)
SLIPS = (
    ("S1", "sign", -1.0, "The sign is the opposite of the right one."),
    ("L1", "log base 2", 1 / math.log(2), "A logarithm of base 2 was used where the natural one is meant."),
    ("L2", "log base 10", 1 / math.log(10), "A logarithm of base 10 was used where the natural one is meant."),
    ("L1", "natural log for base 2", math.log(2), "A natural logarithm was used where base 2 is meant."),
    ("L2", "natural log for base 10", math.log(10), "A natural logarithm was used where base 10 is meant."),
    ("percent", "percent", 100.0, "The answer is in percent where a fraction is meant."),
    ("percent", "fraction", 0.01, "The answer is a fraction where percent is meant."),
    ("R6", "missing factor 1/2", 2.0, "The answer is twice the right one: a factor 1/2 is missing."),
    ("R6", "extra factor 1/2", 0.5, "The answer is half the right one."),
)


def check_spec(spec: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a [numeric] table."""
    problems: list[str] = []
    table = table_of(spec, "numeric", problems)
    problems += unknown_keys(table, {"answer", "rtol", "atol", "unit", "lossref"}, "numeric.")
    problems += number_problems(table, "rtol", "numeric.") + number_problems(table, "atol", "numeric.")
    try:
        key_of(table)
    except NumberError as error:
        problems.append(f"numeric.answer: {error}")
    try:
        key_by_lossref(table)
    except (NumberError, KeyError, TypeError, ValueError) as error:
        problems.append(f"numeric.lossref: {error}")
    return problems


def key_of(table: Mapping[str, Any]) -> float:
    """Give the right number of a realised [numeric] table."""
    answer = table.get("answer")
    if isinstance(answer, str):
        return evaluate(answer)
    if isinstance(answer, (int, float)) and not isinstance(answer, bool) and math.isfinite(answer):
        return float(answer)
    raise NumberError(f"expected a number or an expression over the parameters, got {describe(answer)}")


def key_by_lossref(table: Mapping[str, Any]) -> float | None:
    """Give the same number as lossref computes it, where [numeric.lossref] says how; None where it does not.

    That table names a loss in `reference`, its arguments by name in `args` (numbers, expressions, lists of them), and
    if need be `options`, and `gives = "gradient"` (of the one number that `options.wrt` names).
    """
    import numpy as np

    import lossref

    asked = table.get("lossref")
    if asked is None:
        return None
    if not isinstance(asked, Mapping) or not isinstance(asked.get("args"), Mapping):
        raise NumberError(f"expected a table with reference and args, got {describe(asked)}")
    strangers = unknown_keys(asked, {"reference", "args", "options", "gives"}, "")
    if strangers or asked.get("gives", "value") not in {"value", "gradient"}:
        raise NumberError(strangers[0] if strangers else f"gives is value or gradient, not {asked['gives']!r}")
    loss = lossref.get(str(asked.get("reference")))
    args = {name: _numbers(value) for name, value in asked["args"].items()}
    result = np.asarray(getattr(loss, asked.get("gives", "value"))(**args, **asked.get("options", {})))
    if result.size != 1:
        raise NumberError(f"expected one number, {loss.name} gives an array of shape {result.shape}")
    return float(result.reshape(()))


def _numbers(value: Any) -> Any:
    if isinstance(value, list):
        return [_numbers(entry) for entry in value]
    return evaluate(value) if isinstance(value, str) else value


def grade(request: GradeRequest, sandboxes: Sandboxes) -> Verdict:  # noqa: ARG001
    """Compare the typed number with the key."""
    table = request.spec["numeric"]
    rtol, atol = table.get("rtol", DEFAULT_RTOL), table.get("atol", DEFAULT_ATOL)
    key = key_of(table)
    try:
        value = evaluate(request.answer)
    except NumberError as error:
        return rejected(str(error))
    if _close(value, key, rtol, atol):
        return settle([passed(CORRECTNESS, 1, f"{value:g} is right.")])
    finding = _slip(value, key, rtol, atol) or _rounded(request.answer, value, key)
    message = finding.message if finding else f"{value:g} is outside the tolerance of the right value."
    return settle([failed(CORRECTNESS, 1, message)], [finding] if finding else [])


def _close(value: float, key: float, rtol: float, atol: float) -> bool:
    return abs(value - key) <= atol + rtol * abs(key)


def _slip(value: float, key: float, rtol: float, atol: float) -> Finding | None:
    # Zero has every factor, and a loose tolerance would let any factor explain anything.
    if key == 0.0 or rtol + atol / abs(key) > 0.05:
        return None
    for code, name, factor, sentence in SLIPS:
        if _close(value, factor * key, rtol, atol * abs(factor)):
            return Finding(code, name, sentence, {"answer": value, "ratio": value / key})
    return None


def _rounded(text: str, value: float, key: float) -> Finding | None:
    plain = re.fullmatch(r"\s*[-+−]?\d*(?:\.(\d*))?\s*", text)
    if plain is None:
        return None
    decimals = len(plain.group(1) or "")
    if abs(value - key) > 0.500001 * 10.0**-decimals:
        return None
    message = f"The number was rounded to {decimals} decimals, which is coarser than the tolerance allows."
    return Finding("D3", "rounding", message, {"answer": value, "decimals": decimals})
