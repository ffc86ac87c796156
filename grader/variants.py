"""Variants of a question: realised from ranges and constraints, and what makes one unfit to be asked."""

from __future__ import annotations

import itertools
import math
import operator
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from grader.kinds.arithmetic import NumberError, evaluate
from grader.kinds.numeric import DEFAULT_ATOL, DEFAULT_RTOL, key_of
from grader.kinds.specs import describe, options_of, pairs_of, unknown_keys

if TYPE_CHECKING:
    from grader.questions import QuestionFolder

MAX_COUNT = 50
# More combinations than this are sampled; so many are looked at before it is said that too few are fit.
_TRIED = 5_000
_LONGEST_RANGE = 10_000
# A tolerance wider than this share of the key takes guesses for answers; one below it asks for digits nobody computes.
_WIDEST, _NARROWEST = 0.05, 1e-9
# What is right after one look at the question: a guess finds it.
_TRIVIAL = (-1.0, 0.0, 1.0)
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "==": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
_CONSTRAINT = re.compile(r"(.+?)(<=|>=|!=|==|<|>)(.+)")


def check_ranges(table: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a [variants] table, each problem with its field."""
    problems = unknown_keys(table, {"count", "seed", "parameters", "constraints"}, "variants.")
    count, seed = table.get("count", 0), table.get("seed", 0)
    if type(count) is not int or not 1 <= count <= MAX_COUNT:
        problems.append(f"variants.count: expected a whole number from 1 to {MAX_COUNT}, got {describe(count or None)}")
    if type(seed) is not int:
        problems.append(f"variants.seed: expected a whole number, got {describe(seed)}")
    parameters = table.get("parameters")
    if not isinstance(parameters, Mapping) or not parameters:
        return [*problems, f"variants.parameters: expected a table of names, got {describe(parameters)}"]
    for name, row in parameters.items():
        problems += [f"variants.parameters.{name}: {problem}" for problem in _row_problems(row)]
    constraints = table.get("constraints", [])
    if not isinstance(constraints, list):
        return [*problems, f"variants.constraints: expected a list of texts, got {describe(constraints)}"]
    for index, text in enumerate(constraints):
        if not isinstance(text, str) or not _CONSTRAINT.fullmatch(text):
            expected = "a comparison such as «@{a} > @{b}»"
            problems.append(f"variants.constraints[{index}]: expected {expected}, got {describe(text)}")
    return problems


def _row_problems(row: object) -> list[str]:
    if isinstance(row, list):
        plain = bool(row) and all(isinstance(value, (int, float, str)) for value in row)
        return [] if plain else [f"expected a list of numbers or texts, got {describe(row)}"]
    if not isinstance(row, Mapping) or set(row) != {"from", "to", "step"}:
        return [f"expected a list of choices, or {{ from, to, step }}, got {describe(row)}"]
    wrong = [key for key, value in row.items() if isinstance(value, bool) or not isinstance(value, (int, float))]
    wrong += [key for key, value in row.items() if key not in wrong and not math.isfinite(value)]
    if wrong:
        return [f"{key}: expected a number, got {describe(row[key])}" for key in wrong]
    if row["step"] <= 0 or row["to"] < row["from"]:
        return [f"expected from ≤ to and step > 0, got from {row['from']}, to {row['to']}, step {row['step']}"]
    if (row["to"] - row["from"]) / row["step"] > _LONGEST_RANGE:
        return [f"expected at most {_LONGEST_RANGE} steps from {row['from']} to {row['to']}: take a larger step"]
    return []


def values_of(row: Sequence[Any] | Mapping[str, float]) -> list[Any]:
    """Give what a parameter may be, in decimal steps: 0.1, 0.2, 0.3 and not 0.30000000000000004."""
    if not isinstance(row, Mapping):
        return list(row)
    first, last, step = (Decimal(str(row[key])) for key in ("from", "to", "step"))
    whole = all(isinstance(row[key], int) for key in ("from", "step"))
    return [int(v) if whole else float(v) for v in (first + step * i for i in range(int((last - first) / step) + 1))]


def realise_ranges(
    table: Mapping[str, Any], unfit: Callable[[Mapping[str, Any]], list[str]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Draw the variants of a checked [variants] table.

    Parameters
    ----------
    table : its count, seed, parameters and constraints. The same table gives the same variants.
    unfit : says what keeps one variant from being asked.

    Returns
    -------
    The variants, and a problem where fewer are fit than asked for, with what kept out the first that was not.
    """
    found: list[dict[str, Any]] = []
    tried, allowed, first = 0, 0, ""
    for row in itertools.islice(_combinations(table), _TRIED):
        tried += 1
        try:
            holds = all(_holds(text, row) for text in table.get("constraints", ()))
        except (NumberError, KeyError) as error:
            return [], [f"variants.constraints: {error.args[0]}"]
        if not holds:
            continue
        allowed += 1
        problems = unfit(row)
        if problems:
            first = first or f"; {', '.join(f'{k} = {v}' for k, v in row.items())} is unfit: {problems[0]}"
            continue
        found.append(row)
        if len(found) == table["count"]:
            return found, []
    looked = f"of {tried} combinations looked at, {allowed} of which keep the constraints"
    return found, [f"variants: {table['count']} are asked for and {len(found)} are fit, {looked}{first}"]


def _combinations(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give combinations of values in a random order that the seed fixes, none twice where they are few."""
    rng = random.Random(table.get("seed", 0))  # noqa: S311 - to be repeated, not to be secret
    # In the order of their names: a file or a database may give them in any.
    names = sorted(table["parameters"])
    values = [values_of(table["parameters"][name]) for name in names]
    if math.prod(map(len, values)) <= _TRIED:
        rows = list(itertools.product(*values))
        rng.shuffle(rows)
        yield from (dict(zip(names, row, strict=True)) for row in rows)
        return
    seen: set[tuple[Any, ...]] = set()
    while True:
        row = tuple(rng.choice(choices) for choices in values)
        if row not in seen:
            seen.add(row)
            yield dict(zip(names, row, strict=True))


def _holds(constraint: str, row: Mapping[str, Any]) -> bool:
    from grader.questions import realise

    match = _CONSTRAINT.fullmatch(constraint)
    assert match is not None
    left, right = (evaluate(str(realise(match.group(side).strip(), row))) for side in (1, 3))
    return _COMPARISONS[match.group(2)](left, right)


def health(question: QuestionFolder, parameters: Mapping[str, Any]) -> list[str]:
    """Say what makes one variant of a readable question unfit to be asked.

    A numeric key must be a finite number that nobody guesses, its tolerance must tell right from wrong, and no wrong
    solution may lie near it. Of options, items and partners no two may say the same: one of them would be marked wrong.
    """
    from grader.questions import realise

    spec = realise(question.spec, parameters)
    if question.kind == "numeric":
        return _numeric_health(question, parameters, spec["numeric"])
    return [problem for what, texts in _texts(question.kind, spec).items() for problem in _alike(what, texts)]


def _texts(kind: str, spec: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give the texts of which a candidate must tell each from the others, by what they are."""
    if kind == "ordering":
        return {"items": spec[kind]["items"]}
    if kind == "matching":
        left, right = zip(*pairs_of(spec[kind]), strict=True)
        return {"left sides": list(left), "partners": list(right)}
    return {"options": [option["text"] for option in options_of(kind, spec)]}


def _alike(what: str, texts: Sequence[str]) -> Iterator[str]:
    seen: dict[str | float, str] = {}
    for text in texts:
        meant = _meant(text)
        if meant in seen:
            yield f"two of the {what} say the same: «{seen[meant]}» and «{text}»"
        seen.setdefault(meant, text)


def _meant(text: str) -> str | float:
    """Give the number that a text writes, however it writes it; else the text without spaces and formula signs."""
    plain = "".join(text.replace("$", "").split())
    try:
        return evaluate(plain)
    except NumberError:
        return plain


def _numeric_health(question: QuestionFolder, parameters: Mapping[str, Any], table: Mapping[str, Any]) -> list[str]:
    from grader.questions import realise

    try:
        key = key_of(table)
    except NumberError as error:
        return [f"the key is no number: {error}"]
    tolerance = float(table.get("atol", DEFAULT_ATOL)) + float(table.get("rtol", DEFAULT_RTOL)) * abs(key)
    if key in _TRIVIAL:
        return [f"the key is {key:g}, which a guess finds"]
    problems = []
    if not _NARROWEST * abs(key) <= tolerance <= _WIDEST * abs(key):
        problems.append(f"the tolerance {tolerance:g} is not within 1e-9 and 5 % of the key {key:g}")
    for solution in question.solutions_wrong:
        try:
            value = evaluate(str(realise(solution.text, parameters)).strip())
        except (NumberError, KeyError):
            continue
        if abs(value - key) <= 2 * tolerance:
            problems.append(f"the wrong solution {solution.name} gives {value:g}, too near the key {key:g}")
    return problems
