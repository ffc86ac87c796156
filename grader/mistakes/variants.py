"""Mistakes that the catalogue's own metadata names: another convention, an ignored or exchanged hyper-parameter."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.mistakes.base import Change, Mistake, Stage, given
from grader.mistakes.view import Array, View
from lossref.domains import DOMAINS

if TYPE_CHECKING:
    import lossref
    from grader.task import Task

# Free, or named by mistakes of their own: reductions and bases are factors, encodings change what the labels are.
_NAMED_ELSEWHERE = frozenset({"reduction", "log_base", "eps_policy", "empty", "label_encoding", "half", "sign", "axis"})
# option -> code and sentence; other options are a convention like any other.
_CODES = {
    ("elastic_net", "half"): ("R6", "The squares have, or lack, a factor 1/2 that the other convention has."),
    ("dice", "squared"): ("W4", "The sizes in the denominator are squared, or not, where the other is asked."),
    ("adversarial_fgsm", "targeted"): ("S1", "The step goes against the gradient; an attack goes along it."),
    ("triplet_margin", "squared"): ("W5", "The distances enter squared, or not, where the other is asked."),
    ("contrastive", "similar_label"): ("W7", "The labels are read the other way round: similar for dissimilar."),
}
_NOTHING = "A rate of nothing is 0/0: say what it is where nothing was predicted, or nothing is there."
_EPS = "The eps stands elsewhere than asked, beside the root or in it: it shows where gradients are tiny."
# Where the difference shows: an eps beside tiny gradients, 0/0 where nothing is predicted or present.
_STAGES: dict[str, Stage] = {"eps_placement": "extreme", "eps_correction": "extreme", "zero_division": "edge"}
# What is written into the code in place of a hyper-parameter: its default, what makes it vanish, usual numbers.
_WRITTEN = (0.0, 1.0, 0.5, 2.0, 0.25, 0.75, 0.1, 0.2, 0.01, 0.001, 0.9, 0.99, 0.999, 5.0, 10.0)
_SHARES = frozenset({"probability", "open_unit", "decay"})


@functools.lru_cache(maxsize=256)
def variants(task: Task) -> tuple[Mistake, ...]:
    """Give the mistakes that can be made in this task by what its reference has to choose from."""
    loss = task.loss
    if loss is None:
        return ()
    found = [
        _other_convention(task, loss, name, value)
        for name, values in loss.conventions.items()
        if (name not in _NAMED_ELSEWHERE or (loss.name, name) in _CODES)
        and (task.gives == "step" or not name.startswith("eps"))
        for value in values
        if value != task.options.get(name, values[0])
    ]
    drawn = {p.name for p in task.hypers}
    for parameter in loss.hypers:
        if parameter.name not in drawn and parameter.name != "eps":
            asked = task.options.get(parameter.name, parameter.default)
            if not asked and parameter.domain in _SHARES and parameter.name not in task.options:
                # What is off, and of which the statement says nothing: no more than what papers write.
                found += [_another(parameter, 0.25, asked)] if parameter.name == "alpha" else []
                continue
            others = [v for v in dict.fromkeys((parameter.default, *_WRITTEN)) if v != asked]
            found += [_another(parameter, v, asked) for v in others if _may_be(parameter, v)]
    for parameter in task.hypers:
        if parameter.name == "weights":
            found.append(given("W3", "weights ignored", "The weights have no effect.", _unweighted, _always))
        elif parameter.name != "eps":
            values = dict.fromkeys((parameter.default, *_WRITTEN, *((None,) if parameter.name == "alpha" else ())))
            found += [_ignored(parameter, v) for v in values if _may_be(parameter, v)]
            found += [_turned(parameter, *words) for words in _turns(parameter)]
    if len([p for p in task.hypers if p.name != "weights"]) > 1:
        defaults = {p.name: p.default for p in task.hypers if p.name != "weights"}
        sentence = f"{', '.join(defaults)} have no effect: their defaults are used."
        found.append(given("W3", "hyper-parameters ignored", sentence, _under(**defaults), _always))
    found += [_mixed_up(*pair) for pair in itertools.combinations(task.hypers, 2) if len({p.domain for p in pair}) == 1]
    found += _pairs_of_shares(loss, drawn)
    return tuple(found)


def _pairs_of_shares(loss: lossref.LossSpec, drawn: set[str]) -> Iterator[Mistake]:
    """Yield two hyper-parameters that papers set to a share and what it lacks of one."""
    if {"alpha", "beta"} <= {p.name for p in loss.hypers} - drawn:
        for alpha, beta in ((0.3, 0.7), (0.7, 0.3), (1.0, 1.0)):
            sentence = f"alpha is {alpha} and beta {beta} in the answer; other values are asked."
            yield given("W3", f"alpha {alpha} and beta {beta}", sentence, _under(alpha=alpha, beta=beta), _always)


def _under(**overrides: Any) -> Change:
    return lambda view: view.under(**overrides)


def _other_convention(task: Task, loss: lossref.LossSpec, option: str, value: Any) -> Mistake:
    asked = task.options.get(option, loss.conventions[option][0])
    other = ("W19", f"The answer follows {option} = {value}; {option} = {asked} is asked.")
    code, sentence = ("E7", _EPS) if option.startswith("eps") else _CODES.get((loss.name, option), other)
    code, sentence = ("M4", _NOTHING) if option == "zero_division" else (code, sentence)
    stage = _STAGES.get(option, "ordinary") if task.gives in {"step", "metric"} else "ordinary"
    name = f"{option} {value} instead of {asked}"
    mistake = given(code, name, sentence, _under(**{option: value}), _always, stage=stage, opened_by=option)

    def predict(view: View) -> Array | float | None:
        predicted = mistake.predict(view)
        # Where the option does not go with the others, there is nothing to mistake.
        return view.expected if predicted is None else predicted

    return dataclasses.replace(mistake, predict=predict)


def _may_be(parameter: lossref.Parameter, value: float | None) -> bool:
    """Whether a number could stand for a hyper-parameter."""
    if value is None:
        return parameter.name == "alpha"
    if parameter.dtype == "int64":
        # Of counts people write others; an index that is off goes with no data.
        return value == parameter.default or (parameter.domain == "count" and value >= 1.0 and value == round(value))
    return bool(DOMAINS[parameter.accepted_domain].contains(np.array(value)))


def _ignored(parameter: lossref.Parameter, value: float | None) -> Mistake:
    sentence = f"{parameter.name} has no effect: a number of the answer's own stands in its place."
    return given("W3", f"{parameter.name} ignored", sentence, _under(**{parameter.name: value}), _always)


def _another(parameter: lossref.Parameter, value: float | None, asked: Any) -> Mistake:
    sentence = f"{parameter.name} is {value:g} in the answer; {asked} is asked." if value is not None else ""
    sentence = sentence or f"{parameter.name} is off in the answer; {asked} is asked."
    name = f"{parameter.name} {value} instead of {asked}"
    return given("W3", name, sentence, _under(**{parameter.name: value}), _always, opened_by=parameter.name)


def _turns(parameter: lossref.Parameter) -> Iterator[tuple[str, str, Callable[[float], float]]]:
    """Yield what is made of a hyper-parameter where its two sides are confused."""
    if parameter.domain in _SHARES:
        yield "sides exchanged", "1 − {0} stands where {0} belongs.", lambda value: 1.0 - value
    if parameter.name in {"temperature", "beta", "gamma", "strength"}:
        yield "inverted", "The value is multiplied by {0} where it is divided, or the other way round.", _inverse


def _inverse(value: float) -> float:
    return 1.0 / value if value else value


def _turned(parameter: lossref.Parameter, words: str, sentence: str, turn: Callable[[float], float]) -> Mistake:
    name = parameter.name

    def changed(view: View) -> View:
        return view.under(**{name: turn(view.hyper(name))})

    return given("W18", f"{name} {words}", sentence.format(name), changed, _always)


def _mixed_up(first: lossref.Parameter, second: lossref.Parameter) -> Mistake:
    def changed(view: View) -> View:
        return view.under(**{first.name: view.hyper(second.name), second.name: view.hyper(first.name)})

    sentence = f"{first.name} and {second.name} are exchanged."
    return given("W18", f"{first.name} and {second.name} exchanged", sentence, changed, _always)


def _unweighted(view: View) -> View:
    place = [p.name for p in view.task.arguments].index("weights")
    return view.under(weights=np.ones_like(view.case.args[place]))


def _always(_: Task) -> bool:
    return True
