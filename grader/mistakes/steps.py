"""Mistakes in an optimizer's step, and in a loss of overlap or angle that is given as its coefficient."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.mistakes.base import Array, Mistake, View

if TYPE_CHECKING:
    from grader.task import Task

_ADAMS = ("adam", "adamw")
_MOMENTA = ("momentum", "nesterov_momentum")
_COEFFICIENTS = ("dice", "tversky", "jaccard", "cosine_distance", "generalized_iou")


def _on(*names: str, gives: str = "step") -> Callable[[Task], bool]:
    return lambda task: task.loss is not None and task.loss.name in names and task.gives == gives


def _is_step(task: Task) -> bool:
    return task.gives == "step" and task.loss is not None


def _given(view: View) -> dict[str, Any]:
    """Arguments and hyper-parameters by the reference's names."""
    assert view.task.loss is not None
    defaults = {p.name: p.default for p in view.task.loss.hypers}
    arguments = dict(zip((p.name for p in view.task.arguments), view.case.args, strict=True))
    return {**defaults, **view.task.options, **arguments}


def _step(view: View, **changed: Any) -> Array:
    """Give the reference's step from other arguments."""
    given = {**_given(view), **changed}
    assert view.task.loss is not None
    return np.asarray(view.task.loss.value(check_domain=False, **given), dtype=np.float64)


def _ascent(view: View) -> Array:
    """Go the way that the reference goes, backwards: 2·param − stepped."""
    stepped = np.array(view.expected)
    target = stepped if np.ndim(stepped) == np.ndim(view.case.args[0]) else stepped[0]
    target[...] = 2.0 * np.asarray(view.case.args[0]) - target
    return stepped


def _without_correction(view: View) -> Array:
    """Take the moments as they are: what a correction by 1 − β^t gives as t goes to infinity."""
    return _step(view, t=1_000_000_000)


def _corrected_as_at_first(view: View) -> Array:
    return _step(view, t=1)


def _decay_in_the_gradient(view: View) -> Array:
    given = _given(view)
    return _step(view, grad=given["grad"] + given["weight_decay"] * given["param"], weight_decay=0.0)


def _dampened(view: View) -> Array:
    given = _given(view)
    return _step(view, grad=(1.0 - given["momentum"]) * given["grad"])


def _without_square(view: View) -> Array:
    given = _given(view)
    eps = given.get("eps", 0.0)
    state = given["state"] + np.abs(given["grad"])
    return np.stack([given["param"] - given["lr"] * given["grad"] / (np.sqrt(state) + eps), state])


STEPS: tuple[Mistake, ...] = (
    Mistake("S3", "ascent step", "The step goes along the gradient; a descent goes against it.", _ascent, _is_step),
    Mistake("G7", "bias correction missing", "The moments start at 0 and are divided by 1 − β^t to make up for it.",
            _without_correction, _on(*_ADAMS)),
    Mistake("G7", "bias correction by 1 − β", "The correction divides by 1 − β^t, not by 1 − β.",
            _corrected_as_at_first, _on(*_ADAMS)),
    Mistake("G8", "decay in the gradient", "The decay is added to the gradient and enters the moments; it belongs to "
            "the parameters alone.", _decay_in_the_gradient, _on("adamw")),
    Mistake("G13", "gradient dampened", "The gradient enters the velocity with the factor 1 − momentum; it enters "
            "whole.", _dampened, _on(*_MOMENTA)),
    Mistake("W12", "absolute instead of squared", "The magnitudes of the gradients are gathered; their squares are "
            "asked.", _without_square, _on("adagrad")),
    Mistake("M5", "coefficient instead of loss", "The coefficient is given; the loss is 1 less it.",
            lambda v: 1.0 - v.expected, _on(*_COEFFICIENTS, gives="value")),
)  # fmt: skip
