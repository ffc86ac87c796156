"""Points all over a loss's domain: ordinary and huge, denormal, beside kinks and ends, beside the other arguments."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref._sampling import draw
from lossref.domains import DOMAINS
from lossref.spec import LossSpec, Parameter

BATCH, _BATCHES = 200, 4  # points that share hyper-parameters, at most; batches, at least
_AT_DEFAULT, _SOFT, _IMPOSSIBLE = 0.3, 0.3, 0.02
_LARGEST = 1e300
_TINY, _SMALLEST = 5e-324, 2.2250738585072014e-308
_REAL_EDGES = (0.0, -0.0, 1.0, -1.0, _TINY, -_TINY, _SMALLEST, 1e-300, 1e-160, 1e-17, -1e-9, 1e-8, 0.5, 36.0, -36.0)
_LARGE_EDGES = (37.5, -37.5, 40.0, 88.7, -104.0, 355.0, 709.5, -709.5, 710.0, -745.0, -746.0, 1e3, -1e3, 1e8, 1e154)
_UNIT_EDGES = (0.0, 1.0, _TINY, _SMALLEST, 1e-300, 1e-17, 1e-8, 0.5, 1.0 - 2.0**-53, 1.0 - 2.0**-30)


@dataclasses.dataclass(frozen=True, slots=True)
class _Draw:
    """What a recipe knows: how many numbers to draw, for which parameter, and what the other arguments are."""

    rng: np.random.Generator
    parameter: Parameter
    shape: tuple[int, ...]
    others: list[Array]
    offsets: tuple[float, ...]

    def signs(self) -> Array:
        return self.rng.choice((-1.0, 1.0), self.shape)

    def choice(self, of: tuple[float, ...]) -> Array:
        return self.rng.choice(of, self.shape)

    def beside(self, number: Array) -> Array:
        """Take the number itself, or one of its nearest neighbours, or one at some distance."""
        steps = self.rng.integers(-3, 4, self.shape) * self.rng.choice((2.0**-53, 2.0**-40, 2.0**-12), self.shape)
        return np.asarray(number * (1.0 + steps))


def _plausible(d: _Draw) -> Array:
    return d.rng.uniform(*d.parameter.plausible, d.shape)


def _any_size(d: _Draw) -> Array:
    return d.signs() * 10.0 ** d.rng.uniform(-300.0, 300.0, d.shape)


def _same_size(d: _Draw) -> Array:
    """Entries of a row of one size, and points of all sizes."""
    size = 10.0 ** d.rng.uniform(-20.0, 20.0, (d.shape[0],) + (1,) * (len(d.shape) - 1))
    return size * d.rng.normal(size=d.shape)


def _of_exponents(d: _Draw) -> Array:
    return d.rng.uniform(-800.0, 800.0, d.shape)


def _shifted(d: _Draw) -> Array:
    """Add small numbers to a large one that the entries of a row share."""
    common = d.rng.uniform(-1e4, 1e4, (d.shape[0],) + (1,) * (len(d.shape) - 1))
    return common + d.rng.normal(size=d.shape)


def _edges(d: _Draw) -> Array:
    return d.choice(_REAL_EDGES + _LARGE_EDGES)


def _beside_others(d: _Draw) -> Array:
    fitting = [other for other in d.others if other.shape == d.shape]
    number = fitting[d.rng.integers(len(fitting))] if fitting else np.zeros(d.shape)
    return d.beside(number) + d.choice(d.offsets)


def _beside_shares(d: _Draw) -> Array:
    fitting = [other for other in d.others if other.shape == d.shape]
    return np.clip(d.beside(fitting[-1]), 0.0, 1.0) if fitting else _unit(d)


def _unit(d: _Draw) -> Array:
    return d.rng.uniform(0.0, 1.0, d.shape)


def _near_zero(d: _Draw) -> Array:
    return 10.0 ** d.rng.uniform(-308.0, 0.0, d.shape)


def _near_one(d: _Draw) -> Array:
    return 1.0 - 10.0 ** d.rng.uniform(-16.0, 0.0, d.shape)


def _unit_edges(d: _Draw) -> Array:
    return d.choice(_UNIT_EDGES)


def _spread(d: _Draw) -> Array:
    """Distributions, from nearly uniform to nearly one-hot."""
    return d.rng.dirichlet(np.full(d.shape[1], d.rng.choice((0.05, 1.0, 30.0))), d.shape[0])


def _of_logits(d: _Draw) -> Array:
    logits = d.rng.uniform(-700.0, 0.0, d.shape)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _one_hot(d: _Draw) -> Array:
    return np.eye(d.shape[1])[d.rng.integers(d.shape[1], size=d.shape[0])]


def _beside_distributions(d: _Draw) -> Array:
    """Take another argument's distributions, but for the last bits of their shares."""
    fitting = [other for other in d.others if other.shape == d.shape]
    if not fitting:
        return _spread(d)
    return np.clip(fitting[-1] * (1.0 + d.rng.integers(-3, 4, d.shape) * 2.0**-46), 0.0, 1.0)


_RECIPES: dict[str, tuple[tuple[float, Callable[[_Draw], Array]], ...]] = {
    "real": (
        (0.3, _plausible),
        (0.1, _any_size),
        (0.15, _same_size),
        (0.1, _of_exponents),
        (0.1, _shifted),
        (0.1, _edges),
        (0.15, _beside_others),
    ),
    "unit": ((0.35, _unit), (0.2, _near_zero), (0.2, _near_one), (0.1, _unit_edges), (0.15, _beside_shares)),
    "rows": ((0.5, _spread), (0.2, _of_logits), (0.2, _one_hot), (0.1, _beside_distributions)),
}


_LABELS = {"class_index", "label_list", "label01", "plus_minus_one", "onehot", "count", "integer"}


def _kind(domain: str) -> str:
    if DOMAINS[domain].sums_to_one:
        return "rows"
    return "unit" if domain in {"probability", "open_unit", "decay"} else "real"


def _drawn(d: _Draw, domain: str) -> Array:
    """Draw each point by some recipe, and plausibly what falls outside of the domain."""
    recipes = _RECIPES[_kind(domain)]
    which = d.rng.choice(len(recipes), d.shape[0], p=[share for share, _ in recipes])
    drawn = np.empty(d.shape)
    for index, (_, recipe) in enumerate(recipes):
        drawn[which == index] = recipe(d)[which == index]
    if domain in {"positive", "nonnegative"}:
        drawn = np.abs(drawn)
    if _kind(domain) == "rows":
        return drawn
    return np.where(DOMAINS[domain].contains(drawn) & (np.abs(drawn) <= _LARGEST), drawn, _plausible(d))


def _impossible(rng: np.random.Generator, logits: Array) -> Array:
    """Rows of which a few have classes with a logit of −inf, though never the last one."""
    out = rng.uniform(size=logits.shape) < _IMPOSSIBLE
    out[:, -1] = False
    return np.where(out, -np.inf, logits)


def _hyper(parameter: Parameter, rng: np.random.Generator) -> Any:
    if parameter.default is not None and np.isfinite(parameter.default) and rng.uniform() < _AT_DEFAULT:
        return parameter.default
    return draw(parameter, rng, 1, 1)


def _batch(spec: LossSpec, rng: np.random.Generator, rows: int, classes: int) -> list[Any]:
    scalars = [_hyper(parameter, rng) for parameter in spec.scalars]
    offsets = (0.0, *(sign * float(number) for number in (1.0, *scalars) for sign in (1.0, -1.0)))
    arrays: list[Array] = []
    for parameter in spec.arrays:
        soft = parameter.admits and rng.uniform() < _SOFT
        domain = parameter.accepted_domain if soft else parameter.domain
        if domain in _LABELS:
            arrays.append(draw(parameter, rng, rows, classes))
            continue
        shape = (rows, classes) if parameter.shape == "rows" else (rows,)
        drawn = _drawn(_Draw(rng, parameter, shape, arrays, offsets), "logits" if domain == "row_logits" else domain)
        arrays.append(_impossible(rng, drawn) if domain == "row_logits" else drawn)
    return [*arrays, *scalars]


def batches(spec: LossSpec, seed: int, points: int, classes: int = 3) -> Iterator[list[Any]]:
    """Yield the arguments of at least so many terms: arrays, then the hyper-parameters that a batch shares."""
    rng = np.random.default_rng(seed)
    size = min(BATCH, -(-points // _BATCHES))
    for _ in range(-(-points // size)):
        yield _batch(spec, rng, size, classes)
