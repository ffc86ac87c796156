"""The words for what holds of a loss at its default options, and a numeric check of each word.

A check draws its own points, so that it can be asked of any entry; where it says False, the word is a lie.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref._sampling import draw, drawn_arrays
from lossref.spec import LossSpec

_TOLERANCE = 1e-12
_TRIALS = 20
_ROWS, _CLASSES = 7, 4

# The other words speak of a loss.
_OF_TRANSFORMS = {"logit_shift_invariant"}

Check = Callable[[LossSpec, np.random.Generator], bool]


@dataclasses.dataclass(frozen=True, slots=True)
class Property:
    """One word: what it means, and a check at randomly drawn points."""

    meaning: str
    holds_at_random_points: Check


def holds(spec: LossSpec, word: str, seed: int = 0) -> bool:
    """Whether the property holds at every drawn point.

    Examples
    --------
    >>> from lossref import get
    >>> holds(get("mae"), "homogeneous_degree_1"), holds(get("huber"), "homogeneous_degree_1")
    (True, False)
    """
    if spec.gives in {"metric", "step"} or (spec.gives == "transform" and word not in _OF_TRANSFORMS):
        return False
    rng = np.random.default_rng(seed)
    try:
        return all(PROPERTIES[word].holds_at_random_points(spec, rng) for _ in range(_TRIALS))
    except (ValueError, TypeError):
        return False  # the word leads out of the domain: labels that are no predictions, indices that are shifted


def wrong_words(spec: LossSpec, seed: int = 0) -> list[str]:
    """Sentences on the words that are claimed and do not hold, and on those that hold and are not claimed."""
    true = {word for word in PROPERTIES if holds(spec, word, seed)}
    failures = [f"property {word} does not hold" for word in sorted(spec.properties - true)]
    return failures + [f"property {word} holds but is not claimed" for word in sorted(true - spec.properties)]


def _arguments(spec: LossSpec, rng: np.random.Generator) -> list[Any]:
    scalars = [draw(p, rng, _ROWS, _CLASSES) for p in spec.scalars]
    return drawn_arrays(spec, rng, _ROWS, _CLASSES) + scalars


def _two_arrays(spec: LossSpec, rng: np.random.Generator) -> list[Any]:
    if len(spec.arrays) != 2:
        raise ValueError(f"{spec.name} has no target beside the prediction")
    return _arguments(spec, rng)


def _same(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=_TOLERANCE, atol=_TOLERANCE))


def _non_negative(spec: LossSpec, rng: np.random.Generator) -> bool:
    return bool((spec.value(*_arguments(spec, rng), reduction="none") >= 0.0).all())


def _zero_at_perfect_fit(spec: LossSpec, rng: np.random.Generator) -> bool:
    target, *_ = _two_arrays(spec, rng)
    return bool(spec.value(target, spec.perfect_prediction(target, _CLASSES)) == 0.0)


def _symmetric(spec: LossSpec, rng: np.random.Generator) -> bool:
    first, second, *hypers = _two_arrays(spec, rng)
    return _same(spec.value(first, second, *hypers), spec.value(second, first, *hypers))


def _convex_in_prediction(spec: LossSpec, rng: np.random.Generator) -> bool:
    """Every term on a chord lies on it or below."""
    arguments, place = _arguments(spec, rng), _first_prediction(spec)

    def along(prediction: Any) -> Array:
        return np.asarray(spec.value(*arguments[:place], prediction, *arguments[place + 1 :], reduction="none"))

    start, end, share = arguments[place], _arguments(spec, rng)[place], rng.uniform()
    between, chord = along(share * start + (1.0 - share) * end), share * along(start) + (1.0 - share) * along(end)
    return bool((between <= chord + _TOLERANCE * np.maximum(1.0, np.abs(chord))).all())


def _first_prediction(spec: LossSpec) -> int:
    return next((i for i, p in enumerate(spec.arrays) if p.role in {"prediction", "input"}), len(spec.arrays) - 1)


def _permutation_invariant(spec: LossSpec, rng: np.random.Generator) -> bool:
    arguments, order = _arguments(spec, rng), rng.permutation(_ROWS)
    count = len(spec.arrays)
    # An argument of another length is shared by all examples, such as a matrix of costs.
    permuted = [argument[order] if len(argument) == _ROWS else argument for argument in arguments[:count]]
    return _same(spec.value(*arguments), spec.value(*permuted, *arguments[count:]))


def _translation_invariant(spec: LossSpec, rng: np.random.Generator) -> bool:
    first, second, *hypers = _two_arrays(spec, rng)
    return _same(spec.value(first, second, *hypers), spec.value(first + 1.5, second + 1.5, *hypers))


def _logit_shift_invariant(spec: LossSpec, rng: np.random.Generator) -> bool:
    *target, logits = _arguments(spec, rng)[: len(spec.arrays)]
    shift = rng.normal(size=(_ROWS, 1)) if spec.on_rows else rng.normal()
    return _same(spec.value(*target, logits), spec.value(*target, logits + shift))


def _proper(spec: LossSpec, rng: np.random.Generator) -> bool:
    """No forecast has a smaller expected loss than the labels' own distribution, whatever that is."""
    target, prediction, *_ = spec.arrays
    binary = prediction.domain == "probability" and target.domain == "label01" and not spec.on_rows
    if not binary and (prediction.domain != "simplex" or target.domain not in {"class_index", "onehot"}):
        return False
    shares, other = rng.dirichlet(np.ones(2 if binary else _CLASSES), size=2)
    sharper = shares ** rng.choice((0.5, 2.0))
    labels = np.eye(len(shares)) if target.domain == "onehot" else np.arange(len(shares))

    def expected(forecast: Array) -> float:
        said = forecast[1] if binary else forecast
        return float(shares @ spec.value(labels, np.broadcast_to(said, (len(labels), *said.shape)), reduction="none"))

    forecasts = (other, 0.97 * shares + 0.03 * other, sharper / sharper.sum())
    return all(expected(shares) <= expected(forecast) + _TOLERANCE for forecast in forecasts)


def _margin_based(spec: LossSpec, rng: np.random.Generator) -> bool:
    if len(spec.arrays) != 2 or spec.arrays[0].domain != "plus_minus_one":
        return False
    sign, score, *hypers = _arguments(spec, rng)
    return _same(spec.value(sign, score, *hypers), spec.value(np.ones_like(sign), sign * score, *hypers))


def _classification_calibrated(spec: LossSpec, rng: np.random.Generator) -> bool:
    # A convex function of the margin is calibrated if and only if it falls at 0, without a kink there.
    if not (_margin_based(spec, rng) and _convex_in_prediction(spec, rng)):
        return False
    low, high = spec.subdifferential([1], [0.0])
    return bool(low[0] == high[0] < 0.0)


def _homogeneous(degree: int) -> Check:
    def check(spec: LossSpec, rng: np.random.Generator) -> bool:
        arguments, factor, count = _arguments(spec, rng), rng.uniform(0.2, 5.0), len(spec.arrays)
        scaled = [factor * argument for argument in arguments[:count]]
        return _same(spec.value(*scaled, *arguments[count:]), factor**degree * spec.value(*arguments))

    return check


PROPERTIES = {
    "non_negative": Property("no term is below 0", _non_negative),
    "zero_at_perfect_fit": Property("0 where the prediction says what the (hard) target says", _zero_at_perfect_fit),
    "symmetric_in_arguments": Property("swapping target and prediction changes nothing", _symmetric),
    "convex_in_prediction": Property("convex along every line of the prediction (or input)", _convex_in_prediction),
    "permutation_invariant": Property("the order of the examples does not matter", _permutation_invariant),
    "translation_invariant": Property("adding a constant to both arguments changes nothing", _translation_invariant),
    "logit_shift_invariant": Property("adding a constant to a row of logits changes nothing", _logit_shift_invariant),
    "scale_invariant": Property("scaling the arguments by c > 0 changes nothing", _homogeneous(0)),
    "proper": Property("the labels' own distribution is a forecast of the least expected loss", _proper),
    "margin_based": Property("it depends on the label ±1 times the score alone", _margin_based),
    "classification_calibrated": Property(
        "the score of the least expected loss has the sign of the more probable label (Bartlett et al. 2006)",
        _classification_calibrated,
    ),
    "homogeneous_degree_1": Property("scaling the arguments by c > 0 scales the value by c", _homogeneous(1)),
    "homogeneous_degree_2": Property("scaling the arguments by c > 0 scales the value by c²", _homogeneous(2)),
}
