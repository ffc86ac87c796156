"""What the catalogue states of a loss in numbers and names, checked: bounds, Lipschitz constant, minimizer and more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lossref._extremes import batches
from lossref._numerics import Array
from lossref._sampling import draw, drawn_arrays
from lossref.spec import LossSpec

_TOLERANCE = 1e-9
_TRIALS, _ROWS, _CLASSES, _EXTREMES = 40, 7, 4, 400
_REACHED = 0.75  # share of the smallest Lipschitz constant that slopes at drawn points come up to
_SAMPLE = 4001  # odd: its median is one of its numbers


def wrong_claims(spec: LossSpec, seed: int = 0) -> list[str]:
    """Sentences on what is stated of a loss and does not hold."""
    if spec.gives != "value":
        return []
    checks = (_wrong_bounds, _wrong_lipschitz, _wrong_convexity, _no_minimum)
    return [sentence for check in checks for sentence in check(spec, seed)]


def is_convex_in(spec: LossSpec, name: str, seed: int = 0) -> bool:
    """Whether no drawn chord in one argument lies below a term.

    Examples
    --------
    >>> from lossref import get
    >>> is_convex_in(get("gaussian_nll"), "mean"), is_convex_in(get("gaussian_nll"), "variance")
    (True, False)
    """
    rng, place = np.random.default_rng(seed), spec.parameter_names.index(name)
    return all(_chord_lies_above(spec, place, rng) for _ in range(_TRIALS))


def _chord_lies_above(spec: LossSpec, place: int, rng: np.random.Generator) -> bool:
    arguments, other, share = _drawn(spec, rng), _drawn(spec, rng)[place], rng.uniform()

    def along(argument: Any) -> Array:
        moved = [*arguments[:place], argument, *arguments[place + 1 :]]
        return np.asarray(spec.value(*moved, reduction="none"))

    start = arguments[place]
    between, chord = along(share * start + (1.0 - share) * other), share * along(start) + (1.0 - share) * along(other)
    return bool((between <= chord + _TOLERANCE * np.maximum(1.0, np.abs(chord))).all())


def _drawn(spec: LossSpec, rng: np.random.Generator) -> list[Any]:
    rows = 1 if spec.shared else _ROWS  # a mean under a root hides how each element bends
    return drawn_arrays(spec, rng, rows, _CLASSES) + [draw(p, rng, rows, _CLASSES) for p in spec.scalars]


def _at_defaults(spec: LossSpec, rng: np.random.Generator) -> list[Any]:
    return drawn_arrays(spec, rng, _ROWS, _CLASSES) + [p.default for p in spec.scalars]


def _wrong_convexity(spec: LossSpec, seed: int) -> list[str]:
    found = {name for name in {*spec.slopes, *spec.convex_in} if is_convex_in(spec, name, seed)}
    wrong = [f"it is not convex in {name}" for name in sorted(set(spec.convex_in) - found)]
    return wrong + [f"it is convex in {name}, which is not claimed" for name in sorted(found - set(spec.convex_in))]


def _wrong_bounds(spec: LossSpec, seed: int) -> list[str]:
    if spec.bounds is None:
        return ["its bounds are not stated"]
    rng = np.random.default_rng(seed)
    points = [_at_defaults(spec, rng) for _ in range(_TRIALS)]
    if not spec.coupled:
        scalars = [p.default for p in spec.scalars]
        points += [[*batch[: len(spec.arrays)], *scalars] for batch in batches(spec, seed, _EXTREMES)]
    low, high = spec.bounds
    for point in points:
        terms = np.asarray(spec.value(*point, reduction="none", check_domain=False))
        # What cancels in a term leaves a rounding error in units of its arguments.
        slack = _TOLERANCE * max(1.0, *(float(np.abs(array).max()) for array in point[: len(spec.arrays)]))
        outside = terms[(terms < low - slack) | (terms > high + slack)]
        if outside.size:
            return [f"a term is {outside[0]}, out of the bounds [{low:g}, {high:g}]"]
    return []


def _wrong_lipschitz(spec: LossSpec, seed: int) -> list[str]:
    """Expect no slope that is steeper than the constant, and some that comes near it."""
    if spec.lipschitz is None or spec.coupled:
        return []
    rows = spec.argument(None).shape == "rows"
    steepest = 0.0
    for batch in batches(spec, seed, _EXTREMES):
        arguments = [*batch[: len(spec.arrays)], *(p.default for p in spec.scalars)]
        low, high = spec.subdifferential(*arguments, reduction="none", check_domain=False)
        slopes = np.where(low == high, low, 0.0)
        lengths = np.sqrt((slopes**2).sum(axis=-1)) if rows else np.abs(slopes)
        steepest = max(steepest, float(np.nanmax(lengths)))
    if not _REACHED * spec.lipschitz <= steepest <= spec.lipschitz * (1.0 + _TOLERANCE):
        return [f"its Lipschitz constant is stated as {spec.lipschitz:g}; the steepest slope found is {steepest:g}"]
    return []


# The constant prediction that minimizes the mean over a sample of targets.
_STATISTICS: Mapping[str, Callable[[Array], Any]] = {
    "conditional mean of y": np.mean,
    "conditional median of y": np.median,
    "log of the conditional mean of y": lambda y: np.log(np.mean(y)),
    "conditional probability of the label 1": np.mean,
    "log-odds of the label 1": lambda y: np.log(np.mean(y) / (1.0 - np.mean(y))),
    "log-odds of the label +1": lambda y: np.log(np.mean(y == 1.0) / np.mean(y == -1.0)),
    "half the log-odds of the label +1": lambda y: 0.5 * np.log(np.mean(y == 1.0) / np.mean(y == -1.0)),
    "conditional probability of each class": lambda y: y.mean(axis=0),
    "mean of p": lambda y: y.mean(axis=0),
}


def _no_minimum(spec: LossSpec, seed: int) -> list[str]:
    """Compare the loss at the constant that is said to minimize it with the loss beside it."""
    statistic = _STATISTICS.get(spec.minimizer)
    if statistic is None or len(spec.arrays) != 2:
        return []
    rng = np.random.default_rng(seed)
    target = drawn_arrays(spec, rng, _SAMPLE, _CLASSES)[0]
    indices = spec.arrays[0].domain == "class_index"
    best = np.asarray(statistic(np.eye(_CLASSES)[target] if indices else target), dtype=np.float64)

    def loss(prediction: Array) -> float:
        return float(spec.value(target, np.broadcast_to(prediction, (_SAMPLE, *prediction.shape)), check_domain=False))

    least = loss(best)
    moved = [loss(best + step) for step in _steps(best)]
    if min(moved) < least - _TOLERANCE * abs(least):
        return [f"at its minimizer, the {spec.minimizer}, the loss is {least}, and {min(moved)} beside it"]
    return []


def _steps(best: Array) -> list[Array]:
    """Small moves either way; of probabilities that sum to 1, from one to the next."""
    if not best.ndim:
        return [np.asarray(step) for step in (-1e-2, -1e-4, 1e-4, 1e-2)]
    moves = np.eye(len(best)) - np.roll(np.eye(len(best)), 1, axis=1)
    return [step * move for step in (-1e-2, 1e-2) for move in moves]
