"""Checks of a [lab] table, every problem at once."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from typing import Any

from grader.kinds.specs import describe, number_problems, shuffle_problems, table_of, unknown_keys

_TRAINING = frozenset({"options", "activation", "steps", "learning_rate", "momentum"})
_SHARED = frozenset({"scenario", "data", "thresholds", "steps", "learning_rate", "momentum"})
_FUNCTION = _SHARED | {"function", "parameters", "reference", "options", "activation", "pinned"}
_CHOICE = _SHARED | {"choice", "shuffle"}
_OPTION = _TRAINING | {"text", "loss", "right", "feedback"}
_THRESHOLDS = ("convergence", "held_out")
MAX_STEPS = 400


def check_spec(spec: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a [lab] table and the [weights] beside it."""
    problems: list[str] = []
    table = table_of(spec, "lab", problems)
    if ("function" in table) is ("choice" in table):
        came = "both" if "function" in table else "neither"
        problems.append(f"lab: expected function (the answer is code) or choice (it is an option), got {came}")
    problems += unknown_keys(table, _CHOICE if "choice" in table else _FUNCTION, "lab.")
    problems += [*_scenario_problems(table), *_settings_problems(table, "lab."), *_threshold_problems(table)]
    problems += _choice_problems(table) if "choice" in table else _function_problems(table)
    problems += _weight_problems(spec.get("weights", {}), table)
    return problems or shuffle_problems("lab", table) or _trial_problems(spec)


def _scenario_problems(table: Mapping[str, Any]) -> Iterator[str]:
    from grader.lab import SCENARIOS

    scenario = SCENARIOS.get(str(table.get("scenario")))
    if scenario is None:
        yield f"lab.scenario: expected one of {', '.join(SCENARIOS)}, got {describe(table.get('scenario'))}"
        return
    data = table.get("data", {})
    if not isinstance(data, Mapping):
        yield f"lab.data: expected a table, got {describe(data)}"
        return
    yield from unknown_keys(data, scenario.knobs, "lab.data.")
    for name, knob in scenario.knobs.items():
        value = data.get(name, knob.default)
        if not _is_number(value) or not knob.low <= value <= knob.high:
            expected = f"{knob.words}, a number from {knob.low:g} to {knob.high:g}"
            yield f"lab.data.{name}: expected the {expected}, got {describe(value)}"


def _settings_problems(row: Mapping[str, Any], where: str) -> Iterator[str]:
    steps = row.get("steps", 1)
    if not isinstance(steps, int) or isinstance(steps, bool) or not 1 <= steps <= MAX_STEPS:
        yield f"{where}steps: expected a whole number from 1 to {MAX_STEPS}, got {describe(steps)}"
    rate = row.get("learning_rate", 1.0)
    if not _is_number(rate) or not 0 < rate < float("inf"):
        yield f"{where}learning_rate: expected a number above 0, got {describe(rate)}"
    momentum = row.get("momentum", 0.0)
    if not _is_number(momentum) or not 0 <= momentum < 1:
        yield f"{where}momentum: expected a number from 0 up to, not with, 1, got {describe(momentum)}"


def _threshold_problems(table: Mapping[str, Any]) -> list[str]:
    thresholds = table.get("thresholds")
    if not isinstance(thresholds, Mapping):
        return [f"lab.thresholds: expected a table of {' and '.join(_THRESHOLDS)}, got {describe(thresholds)}"]
    problems = unknown_keys(thresholds, _THRESHOLDS, "lab.thresholds.")
    for name in _THRESHOLDS:
        value = thresholds.get(name)
        if not _is_number(value) or not 0.0 < float(str(value)) <= 1.0:
            expected = "the share of the reference run's gain that is asked, a number above 0, at most 1"
            problems.append(f"lab.thresholds.{name}: expected {expected}, got {describe(value)}")
    return problems


def _function_problems(table: Mapping[str, Any]) -> Iterator[str]:
    from grader.lab import DEFAULT_PARAMETERS

    if not _is_name(table.get("function")):
        yield f"lab.function: expected a Python name, got {describe(table.get('function'))}"
    names = table.get("parameters", list(DEFAULT_PARAMETERS))
    if not isinstance(names, list) or len(names) != 2 or not all(map(_is_name, names)) or names[0] == names[1]:
        yield f"lab.parameters: expected two Python names, of the targets and of the predictions, got {describe(names)}"
    pinned = table.get("pinned", False)
    if not isinstance(pinned, bool):
        yield f"lab.pinned: expected true (the statement names the loss) or false, got {describe(pinned)}"
    if pinned is True and table.get("activation"):
        yield "lab.pinned: a loss behind an activation cannot be pinned; name the loss of logits instead"
    yield from _loss_problems(table, "reference", "lab.")


def _choice_problems(table: Mapping[str, Any]) -> Iterator[str]:
    rows = table["choice"]
    if not isinstance(rows, list) or len(rows) < 2 or not all(isinstance(row, Mapping) for row in rows):
        yield f"lab.choice: expected at least two tables [[lab.choice]], got {describe(rows)}"
        return
    for number, row in enumerate(rows):
        where = f"lab.choice[{number}]."
        yield from unknown_keys(row, _OPTION, where)
        if not isinstance(row.get("text"), str) or not row["text"].strip():
            yield f"{where}text: expected the option's words, got {describe(row.get('text'))}"
        if not isinstance(row.get("feedback", ""), str):
            yield f"{where}feedback: expected text, got {describe(row['feedback'])}"
        if not isinstance(row.get("right", False), bool):
            yield f"{where}right: expected true or false, got {describe(row['right'])}"
        yield from _settings_problems(row, where)
        yield from _loss_problems(row, "loss", where)
    if not any(row.get("right") is True for row in rows):
        yield "lab.choice: no option is right, so that there is no reference run"


def _loss_problems(row: Mapping[str, Any], key: str, where: str) -> Iterator[str]:
    import lossref
    from grader.lab.losses import ACTIVATIONS

    name = row.get(key)
    if not isinstance(name, str):
        yield f"{where}{key}: expected a name of lossref's catalogue, got {describe(name)}"
        return
    try:
        lossref.get(name)
    except lossref.UnknownLoss as error:
        yield f"{where}{key}: {error}"
    if not isinstance(row.get("options", {}), Mapping):
        yield f"{where}options: expected a table, got {describe(row['options'])}"
    if row.get("activation", "") not in ACTIVATIONS:
        known = ", ".join(filter(None, ACTIVATIONS))
        yield f"{where}activation: expected one of {known}, or none at all, got {describe(row['activation'])}"


def _weight_problems(weights: object, table: Mapping[str, Any]) -> list[str]:
    from grader.kinds.lab.task import DEFAULT_WEIGHTS

    if not isinstance(weights, Mapping):
        return [f"weights: expected a table, got {describe(weights)}"]
    if weights and "choice" in table:
        return ["weights: a chosen option is right or wrong as a whole; leave the table out"]
    problems = unknown_keys(weights, DEFAULT_WEIGHTS, "weights.")
    for name in weights:
        problems += number_problems(weights, name, "weights.")
    if not problems and weights.get("correctness", 1) == 0:
        problems.append("weights.correctness: expected a number above 0, since nothing earns without it")
    return problems


def _trial_problems(spec: Mapping[str, Any]) -> list[str]:
    """Try every loss of the table on a batch of the scenario's data."""
    import numpy as np

    from grader.kinds.lab.task import read_lab

    try:
        lab = read_lab(spec)
        part = lab.scenario.drawn(np.random.default_rng(0), lab.knobs).train
        outputs = lab.scenario.model(part, np.random.default_rng(0)).outputs(part.features)
        predictions = lab.scenario.predicted(outputs)
        for number, loss in enumerate([lab.reference, *(choice.loss for choice in lab.choices)]):
            value, gradient = loss(part.targets, predictions)
            if not np.isfinite(value) or gradient.shape != predictions.shape:
                where = f"choice[{number - 1}]" if number else "reference"
                return [f"lab.{where}: {loss.spec.name} gives no number on the data of this scenario"]
        if lab.pinned:
            lab.coding("value")
    except (ValueError, TypeError, KeyError) as error:
        return [f"lab: a loss cannot be evaluated on the data of this scenario: {error}"]
    return []


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.isidentifier() and not keyword.iskeyword(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
