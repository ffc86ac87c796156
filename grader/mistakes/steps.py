"""Mistakes in an optimizer's step."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.mistakes.base import Change, Mistake, given
from grader.mistakes.view import Array, View

if TYPE_CHECKING:
    from grader.task import Task

_ADAMS = ("adam", "adamw")
_MOMENTA = ("momentum", "nesterov_momentum")


def _on(*names: str, gives: str = "step") -> Callable[[Task], bool]:
    return lambda task: task.loss is not None and task.loss.name in names and task.gives == gives


def _is_step(task: Task) -> bool:
    return task.gives == "step" and task.loss is not None


def _has_state(task: Task) -> bool:
    return _is_step(task) and len(task.arrays) > 2


def _all_of(view: View) -> dict[str, Any]:
    """Arguments and hyper-parameters by the reference's names."""
    assert view.task.loss is not None
    defaults = {p.name: p.default for p in view.task.loss.hypers}
    arguments = dict(zip((p.name for p in view.task.arguments), view.case.args, strict=True))
    return {**defaults, **view.task.options, **arguments, **view.options}


def _with(**changes: Callable[[dict[str, Any]], Any]) -> Change:
    """Give the reference's step from other arguments, each made of what was given."""

    def changed(view: View) -> View:
        known = _all_of(view)
        values = {name: change(known) for name, change in changes.items()}
        places = {p.name: place for place, p in enumerate(view.task.arrays)}
        put = view.put({places[name]: value for name, value in values.items() if name in places})
        return put.under(**{name: value for name, value in values.items() if name not in places})

    return changed


def _ascent(view: View) -> Array:
    return backwards(view, view.expected)


def backwards(view: View, step: Array) -> Array:
    """Go the way that a step goes, backwards: 2·param − stepped."""
    stepped = np.array(step)
    target = stepped if np.ndim(stepped) == np.ndim(view.case.args[0]) else stepped[0]
    target[...] = 2.0 * np.asarray(view.case.args[0]) - target
    return stepped


def _corrected(*, first: bool, second: bool) -> Callable[[View], Array]:
    """Take one of both moments as it is, without its correction."""
    return lambda view: _moments(view, first=first, second=second)


def _eps_inside(view: View) -> Array:
    return _moments(view, inside=True)


def _moments(
    view: View,
    *,
    first: bool = True,
    second: bool = True,
    inside: bool = False,
    root: bool = True,
    square: bool = True,
    sides: bool = True,
    weighed: bool = True,
) -> Array:
    """Give the step of Adam or AdamW, of which each part may be another one."""
    known = _all_of(view)
    grad, t, eps = known["grad"], known["t"], known["eps"]
    b1, b2 = (known[name] if sides else 1.0 - known[name] for name in ("b1", "b2"))
    new1, new2 = (1.0 - b1, 1.0 - b2) if weighed else (1.0, 1.0)
    m = b1 * known["m"] + new1 * grad
    v = b2 * known["v"] + new2 * (grad * grad if square else np.abs(grad))
    upper = m / (1.0 - known["b1"] ** t) if first else m
    lower = v / (1.0 - known["b2"] ** t) if second else v
    decay = known["lr"] * known.get("weight_decay", 0.0) * known["param"]
    rooted = np.sqrt(lower) if root else lower
    divisor = np.sqrt(lower + eps) if inside else rooted + eps
    return np.stack([known["param"] - decay - known["lr"] * upper / divisor, m, v])


def _without_root(view: View) -> Array:
    known = _all_of(view)
    squares = known["grad"] ** 2
    adds = "state" in known
    state = known["state"] + squares if adds else known["rho"] * known["v"] + (1.0 - known["rho"]) * squares
    return np.stack([known["param"] - known["lr"] * known["grad"] / (state + known["eps"]), state])


def _grown(view: View) -> Array:
    known = _all_of(view)
    step = np.array(view.expected)
    step[0] += 2.0 * known["lr"] * known["weight_decay"] * known["param"]
    return step


def _corrections_kept(view: View) -> Array:
    known, step = _all_of(view), np.array(view.expected)
    step[1] /= 1.0 - known["b1"] ** known["t"]
    step[2] /= 1.0 - known["b2"] ** known["t"]
    return step


def _decayed_whole(view: View) -> Array:
    known, step = _all_of(view), np.array(view.expected)
    step[0] -= (1.0 - known["lr"]) * known["weight_decay"] * known["param"]
    return step


def _update_alone(view: View) -> Array:
    step = np.array(view.expected)
    target = step if np.ndim(step) == np.ndim(view.case.args[0]) else step[0]
    target[...] -= np.asarray(view.case.args[0])
    return step


def _of_old_state(view: View) -> Array:
    """Move the parameters by the state as it came in."""
    known, step = _all_of(view), np.array(view.expected)
    if "velocity" in known:
        step[0] = known["param"] - known["lr"] * known["velocity"]
    else:
        old = known["v"] if "v" in known else known["state"]
        step[0] = known["param"] - known["lr"] * known["grad"] / (np.sqrt(old) + known["eps"])
    return step


def _rate_in_velocity(view: View, sign: float = 1.0) -> Array:
    known = _all_of(view)
    velocity = known["momentum"] * known["velocity"] - sign * known["lr"] * known["grad"]
    return np.stack([known["param"] + sign * velocity, velocity])


def _corrected_by_product(view: View) -> Array:
    """Divide by 1 − β·t, of its magnitude where it is negative."""
    known, step = _all_of(view), np.array(view.expected)
    upper, lower = (step[place] / (1.0 - known[b] * known["t"]) for place, b in ((1, "b1"), (2, "b2")))
    decay = known["lr"] * known.get("weight_decay", 0.0) * known["param"]
    step[0] = known["param"] - decay - known["lr"] * upper / (np.sqrt(np.abs(lower)) + known["eps"])
    return step


def _gathered(view: View) -> Array:
    known = _all_of(view)
    state = known["v"] + known["grad"] ** 2
    return np.stack([known["param"] - known["lr"] * known["grad"] / (np.sqrt(state) + known["eps"]), state])


def _without_square(view: View) -> Array:
    known = _all_of(view)
    size, eps = np.abs(known["grad"]), known.get("eps", 0.0)
    state = known["state"] + size if "state" in known else known["rho"] * known["v"] + (1.0 - known["rho"]) * size
    return np.stack([known["param"] - known["lr"] * known["grad"] / (np.sqrt(state) + eps), state])


def _undamped(view: View) -> Array:
    """Look ahead by the whole velocity."""
    known, step = _all_of(view), np.array(view.expected)
    step[0] = known["param"] - known["lr"] * (known["grad"] + step[1])
    return step


def _without_state(view: View) -> View:
    """Give the state as zeros."""
    places = [place for place, p in enumerate(view.task.arrays) if p.role == "state" and p.shape != "scalar"]
    return view.put({place: np.zeros_like(view.case.args[place]) for place in places})


_MOMENTS = "The moments start at 0 and are divided by 1 − β^t to make up for it."

ASCENT = Mistake("S3", "ascent step", "The step goes along the gradient; a descent goes against it.", _ascent, _is_step)
STEPS: tuple[Mistake, ...] = (
    ASCENT,
    # As they are: what a correction by 1 − β^t gives as t goes to infinity.
    given("G7", "bias correction missing", _MOMENTS, _with(t=lambda _: 1_000_000_000), _on(*_ADAMS)),
    given("G7", "bias correction by 1 − β", "The correction divides by 1 − β^t, not by 1 − β.",
          _with(t=lambda _: 1), _on(*_ADAMS)),
    given("G7", "bias correction of an earlier step", "t counts from 1: the correction is that of the step before.",
          _with(t=lambda g: max(1, g["t"] - 1)), _on(*_ADAMS)),
    given("G11", "bias correction of a later step", "t is raised once too often: the correction is that of the next "
          "step.", _with(t=lambda g: g["t"] + 1), _on(*_ADAMS)),
    Mistake("G7", "bias correction of one moment", _MOMENTS, _corrected(first=True, second=False), _on(*_ADAMS)),
    Mistake("G7", "bias correction of one moment", _MOMENTS, _corrected(first=False, second=True), _on(*_ADAMS)),
    given("G8", "decay in the gradient", "The decay is added to the gradient and enters the moments; it belongs to "
          "the parameters alone.", _with(grad=lambda g: g["grad"] + g["weight_decay"] * g["param"],
                                         weight_decay=lambda _: 0.0), _on("adamw")),
    given("G13", "gradient dampened", "The gradient enters the velocity with the factor 1 − momentum; it enters "
          "whole.", _with(grad=lambda g: (1.0 - g["momentum"]) * g["grad"]), _on(*_MOMENTA)),
    Mistake("E7", "eps inside of the root", "The eps stands in the root; beside it is asked. It shows where gradients "
            "are tiny.", _eps_inside, _on(*_ADAMS), "extreme"),
    Mistake("W12", "absolute instead of squared", "The magnitudes of the gradients are gathered; their squares are "
            "asked.", _without_square, _on("adagrad", "rmsprop")),
    given("W11", "state not used", "What was gathered before has no effect.", _without_state, _has_state),
    Mistake("W11", "momentum missing as a factor", "The look-ahead is momentum times the velocity.", _undamped,
            _on("nesterov_momentum")),
    given("S2", "gradient with the wrong sign", "The gradient enters what is gathered with the wrong sign.",
          _with(grad=lambda g: -g["grad"]), _has_state),
    given("W20", "sign of the gradient alone", "The sign of the gradient enters; its size belongs there too.",
          _with(grad=lambda g: np.sign(g["grad"])), _is_step),
    Mistake("W20", "learning rate in the velocity", "The learning rate multiplies the velocity; here it is gathered "
            "in it.", lambda v: _rate_in_velocity(v, -1.0), _on("momentum")),
    Mistake("G7", "bias correction by 1 − β·t", "The correction divides by 1 − β^t, not by 1 − β·t.",
            _corrected_by_product, _on(*_ADAMS)),
    Mistake("G13", "gradient not weighed", "What is new enters the moments with 1 − β; here it enters whole.",
            lambda v: _moments(v, weighed=False), _on(*_ADAMS)),
    given("W18", "decay rates exchanged", "b1 is of the first moment, b2 of the second; they are exchanged.",
          _with(b1=lambda g: g["b2"], b2=lambda g: g["b1"]), _on(*_ADAMS)),
    Mistake("W13", "square root missing", "The step is divided by the mean square; its root is asked.",
            _without_root, _on("adagrad", "rmsprop")),
    Mistake("W13", "square root missing", "The step is divided by the second moment; its root is asked.",
            lambda v: _moments(v, root=False), _on(*_ADAMS)),
    Mistake("W12", "absolute instead of squared", "The second moment is of squares; here it is of magnitudes.",
            lambda v: _moments(v, square=False), _on(*_ADAMS)),
    Mistake("W18", "rates on the other side", "β weighs what was gathered, 1 − β what is new; they are exchanged.",
            lambda v: _moments(v, sides=False), _on(*_ADAMS)),
    given("W18", "rates on the other side", "rho weighs what was gathered, 1 − rho what is new; they are exchanged.",
          _with(rho=lambda g: 1.0 - g["rho"]), _on("rmsprop")),
    Mistake("G7", "corrected moments kept", "The correction is for this step alone; the moments are kept without it.",
            _corrections_kept, _on(*_ADAMS)),
    Mistake("W18", "decay without the learning rate", "The decay is lr·weight_decay·param; the learning rate is "
            "missing.", _decayed_whole, _on("adamw")),
    Mistake("W11", "update alone", "The change is returned; the parameters after it are asked.", _update_alone,
            _is_step),
    Mistake("W11", "state not returned", "The parameters alone are returned; the state is asked beside them, for the "
            "next step.", lambda v: v.expected[0], _has_state),
    Mistake("A1", "results in another order", "The parameters come first, and the state behind them.",
            lambda v: v.expected[::-1], _has_state),
    Mistake("G14", "step by the old state", "The parameters move by the state as it came in; it is brought up to date "
            "first.", _of_old_state, _on("momentum", "rmsprop", "adagrad")),
    Mistake("W20", "learning rate in the velocity", "The learning rate multiplies the velocity; here it is gathered "
            "in it.", _rate_in_velocity, _on("momentum")),
    Mistake("W20", "squares summed", "The mean square forgets by rho; here all squares are summed up.", _gathered,
            _on("rmsprop")),
    Mistake("S2", "decay with the wrong sign", "The decay is added to the parameters; it is subtracted.", _grown,
            _on("adamw")),
)  # fmt: skip


def _frozen(view: View) -> Array | None:
    """Return what came in where there is no gradient."""
    state = [np.asarray(a, dtype=np.float64) for a, p in zip(view.case.args, view.task.arrays, strict=False)
             if p.name not in {"grad", "t"}]  # fmt: skip
    return np.stack(state) if not np.any(view.x) else view.expected


FROZEN = Mistake("G10", "early return without a gradient", "Without a gradient the moments still decay, and still move "
                 "the parameters.", _frozen, _on(*_ADAMS, *_MOMENTA, "rmsprop"), "edge")  # fmt: skip
