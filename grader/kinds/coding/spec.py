"""Checks of a [coding] table, every problem at once."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping
from typing import Any

from grader.kinds.coding.notes import LOOKS
from grader.kinds.specs import describe, number_problems, table_of, unknown_keys

_KEYS = frozenset(
    {
        "function",
        "parameters",
        "reference",
        "gives",
        "options",
        "open",
        "inputs",
        "draw",
        "samples",
        "forbid",
        "imports",
        "partial",
        "rtol",
        "atol",
    }
)
# Conventions that a statement may leave open; those that a loss does not have are simply not in question.
_CONVENTIONS = frozenset(
    {
        "reduction",
        "log_base",
        "half",
        "clamp",
        "eps_policy",
        "label_encoding",
        "scale",
        "log_input",
        "full",
        "variant",
        "eps_placement",
        "eps_correction",
        "similar_label",
        "normalize",
        "norm_degree",
        "smooth",
        "average",
        "zero_division",
        "axis",
    }
)


def check_spec(spec: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a [coding] table and the [weights] beside it."""
    problems: list[str] = []
    table = table_of({name: spec[name] for name in spec if name != "partial"}, "coding", problems)
    problems += unknown_keys(table, _KEYS, "coding.")
    problems += _form_problems(table)
    problems += [
        f"{prefix}partial: expected true or false, got {describe(place['partial'])}"
        for prefix, place in (("", spec), ("coding.", table))
        if not isinstance(place.get("partial", False), bool)
    ]
    problems += number_problems(table, "rtol", "coding.") + number_problems(table, "atol", "coding.")
    problems += _weight_problems(spec.get("weights", {}))
    return problems or _binding_problems(spec)


def _form_problems(table: Mapping[str, Any]) -> list[str]:
    from grader.cases import DRAWS, spelled
    from grader.task import DEFAULT_WEIGHTS

    problems = []
    if not _is_name(table.get("function")):
        problems.append(f"coding.function: expected a Python name, got {describe(table.get('function'))}")
    names = table.get("parameters")
    if not isinstance(names, list) or not names or not all(map(_is_name, names)) or len(set(names)) != len(names):
        problems.append(f"coding.parameters: expected a list of different Python names, got {describe(names)}")
    if not isinstance(table.get("reference"), str):
        came = describe(table.get("reference"))
        problems.append(f"coding.reference: expected a name of lossref's catalogue or reference.py, got {came}")
    if table.get("gives", "value") not in DEFAULT_WEIGHTS:
        problems.append(f"coding.gives: expected one of {', '.join(DEFAULT_WEIGHTS)}, got {describe(table['gives'])}")
    tables = [name for name in ("options", "inputs") if not isinstance(table.get(name, {}), Mapping)]
    problems += [f"coding.{name}: expected a table, got {describe(table[name])}" for name in tables]
    problems += _word_problems(table.get("open", []), "coding.open", _CONVENTIONS)
    problems += _word_problems(table.get("draw", []), "coding.draw", frozenset(DRAWS), spelled)
    problems += _word_problems(table.get("forbid", []), "coding.forbid", frozenset(LOOKS))
    problems += _word_problems(table.get("imports", []), "coding.imports", None)
    return problems + _sample_problems(table)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.isidentifier() and not keyword.iskeyword(value)


def _word_problems(
    words: object, where: str, known: frozenset[str] | None, read: Callable[[str], str] = str
) -> list[str]:
    """Check a list of words, which are all known ones or, where `known` is None, any."""
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return [f"{where}: expected a list of words, got {describe(words)}"]
    return [] if known is None else unknown_keys(dict.fromkeys(map(read, words)), known, f"{where}: ")


def _sample_problems(table: Mapping[str, Any]) -> list[str]:
    problems = []
    samples, names = table.get("samples", []), table.get("parameters")
    if not isinstance(samples, list):
        return [f"coding.samples: expected tables [[coding.samples]], got {describe(samples)}"]
    for number, sample in enumerate(samples):
        args = sample.get("args") if isinstance(sample, Mapping) else None
        if not isinstance(args, Mapping) or (isinstance(names, list) and set(args) != set(map(str, names))):
            problems.append(f"coding.samples[{number}].args: expected a value for each parameter, got {describe(args)}")
    return problems


def _weight_problems(weights: object) -> list[str]:
    from grader.task import CHECKS

    if not isinstance(weights, Mapping):
        return [f"weights: expected a table, got {describe(weights)}"]
    problems = unknown_keys(weights, CHECKS, "weights.")
    for name in weights:
        problems += number_problems(weights, name, "weights.")
    if not problems and weights.get("correctness", 1) == 0:
        problems.append("weights.correctness: expected a number above 0, since nothing earns without it")
    return problems


def _binding_problems(spec: Mapping[str, Any]) -> list[str]:
    """Try the whole: bind the table, draw cases, evaluate the reference on them."""
    from grader.cases import draw, refusals
    from grader.kinds.coding.properties import asked
    from grader.oracle import Convention, Oracle
    from grader.task import TaskError, read_task

    try:
        task = read_task(spec)
    except TaskError as error:
        return [str(error)]
    refused = [f"coding.draw: {sentence}" for sentence in refusals(task)]
    if "properties" in task.weights and not asked(task):
        refused.append("weights.properties: expected a loss with properties that can be tried; this task has none")
    if "rules" in task.weights and not task.forbidden:
        refused.append("weights.rules: expected coding.forbid to say what the rules are")
    if refused:
        return refused
    try:
        cases = draw(task, 0)
        if task.loss is not None:
            checked = Oracle(task, convention=Convention(overrides={"check_domain": True}))
            checked.prepare(cases)
    except (ValueError, TypeError, KeyError) as error:
        return [f"coding: the reference cannot be evaluated on the cases of this table: {error}"]
    return []
