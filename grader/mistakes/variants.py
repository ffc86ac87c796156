"""Mistakes that the catalogue's own metadata names: another convention, an ignored parameter, swapped arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.mistakes.base import Array, Mistake, Stage, View

if TYPE_CHECKING:
    import lossref
    from grader.task import Task

# Free, or named by mistakes of their own: reductions and bases are factors, encodings change what the labels are.
_NAMED_ELSEWHERE = frozenset({"reduction", "log_base", "eps_policy", "empty", "label_encoding", "half", "sign", "axis"})
# option -> code and sentence; other options are a convention like any other.
_CODES = {
    ("dice", "squared"): ("W4", "The sizes in the denominator are squared, or not, where the other is asked."),
    ("triplet_margin", "squared"): ("W5", "The distances enter squared, or not, where the other is asked."),
    ("contrastive", "similar_label"): ("W7", "The labels are read the other way round: similar for dissimilar."),
}
_EPS = "The eps stands elsewhere than asked, beside the root or in it: it shows where gradients are tiny."
# Where the difference shows: an eps beside tiny gradients, 0/0 where nothing is predicted or present.
_STAGES: dict[str, Stage] = {"eps_placement": "extreme", "eps_correction": "extreme", "zero_division": "edge"}
_SWAPPED_FAMILIES = frozenset({"divergence", "preference", "generative"})
# Huber's has a name of its own, with the value of a default that is written into the code.
_OWN_DEFAULT = frozenset({("huber", "delta")})


@functools.lru_cache(maxsize=256)
def variants(task: Task) -> tuple[Mistake, ...]:
    """Give the mistakes that can be made in this task by what its reference has to choose from."""
    loss = task.loss
    if loss is None:
        return ()
    found = [
        _other_convention(task, loss, name, value)
        for name, values in loss.conventions.items()
        if name not in _NAMED_ELSEWHERE and (task.gives == "step" or not name.startswith("eps"))
        for value in values
        if value != task.options.get(name, values[0])
    ]
    found += [_ignored(p) for p in task.hypers if p.name != "eps" and (loss.name, p.name) not in _OWN_DEFAULT]
    if loss.family in _SWAPPED_FAMILIES and _exchangeable(task, loss):
        found.append(_SWAPPED)
    return tuple(found)


def _under(**overrides: Any) -> Callable[[View], Array | None]:
    """Give what the reference gives under other options; what is right where these do not go with the others."""

    def predict(view: View) -> Array | None:
        options = {**view.oracle.convention.overrides, **overrides}
        try:
            return view.oracle.convention.factor * np.asarray(view.task.expected(view.case, **options), np.float64)
        except ValueError:
            return view.expected

    return predict


def _other_convention(task: Task, loss: lossref.LossSpec, option: str, value: Any) -> Mistake:
    asked = task.options.get(option, loss.conventions[option][0])
    other = ("W19", f"The answer follows {option} = {value}; {option} = {asked} is asked.")
    code, sentence = ("E7", _EPS) if option.startswith("eps") else _CODES.get((loss.name, option), other)
    stage = _STAGES.get(option, "ordinary") if task.gives in {"step", "metric"} else "ordinary"
    name = f"{option} {value} instead of {asked}"
    return Mistake(code, name, sentence, _under(**{option: value}), lambda _: True, stage, opened_by=option)


def _ignored(parameter: lossref.Parameter) -> Mistake:
    sentence = f"{parameter.name} has no effect: its default is used."
    return Mistake("W3", f"{parameter.name} ignored", sentence, _under(**{parameter.name: parameter.default}), _always)


def _always(_: Task) -> bool:
    return True


def _exchangeable(task: Task, loss: lossref.LossSpec) -> bool:
    """Whether two arguments look alike and are not."""
    alike = len(task.arrays) == 2 and len({(p.domain, p.shape, p.width) for p in task.arrays}) == 1
    return alike and task.gives == "value" and "symmetric_in_arguments" not in loss.properties


def _exchanged(view: View) -> Array:
    assert view.task.loss is not None
    options = {**view.task.options_of(view.case), **view.oracle.convention.overrides}
    first, second = view.case.args[:2]
    return view.oracle.convention.factor * np.asarray(view.task.loss.value(second, first, **options), np.float64)


_SWAPPED = Mistake("A2", "arguments the wrong way round", "The two arguments are exchanged.", _exchanged, _always)
