"""The sets that arguments live in: their words, and how membership is checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from lossref._numerics import Array
from lossref._sums import all_finite, inner, row_sums
from lossref.errors import DomainError

# Distributions typed or stored with six digits, and softmax outputs in float32, pass; [0.5, 0.4] does not.
SUM_TOLERANCE = 1e-5

Mask = npt.NDArray[np.bool_]


@dataclasses.dataclass(frozen=True, slots=True)
class Domain:
    """A set of numbers (`contains` gives one truth a number), or of rows that also sum to 1."""

    words: str
    contains: Callable[[Array], Mask]
    sums_to_one: bool = False


def _unit(x: Array) -> Mask:
    return (x >= 0.0) & (x <= 1.0)


def _not_negative(x: Array) -> Mask:
    return (x >= 0.0) & (x < np.inf)


def _sign(x: Array) -> Mask:
    signs: Mask = (x == -1.0) | (x == 1.0)
    return signs


_BITS: dict[Any, Any] = {np.dtype(np.float64): np.uint64, np.dtype(np.float32): np.uint32}


def _bits_of(number: float) -> dict[Any, Any]:
    return {dtype: np.array(number, dtype=dtype).view(bits)[()] for dtype, bits in _BITS.items()}


_ONE, _MINUS_ONE, _INFINITY = _bits_of(1.0), _bits_of(-1.0), _bits_of(np.inf)


def _largest_bits(x: Array) -> Any:
    return np.maximum.reduce(x.view(_BITS[x.dtype]), axis=None)


def _all_signs(x: Array) -> bool:
    # No entry has a bit that ±1 has not, and none lacks one: only the sign may differ.
    bits, allowed = x.view(_BITS[x.dtype]), (_ONE[x.dtype], _MINUS_ONE[x.dtype])
    either, each = np.bitwise_or.reduce(bits, axis=None), np.bitwise_and.reduce(bits, axis=None)
    return either in allowed and each in allowed


# Whether an array surely has all of its entries in such a set, by reductions alone. Floats that are not negative are in
# the order of their bits; those with a sign, and NaN, lie above.
_SURELY: dict[Callable[[Array], Mask], Callable[[Array], bool]] = {
    np.isfinite: all_finite,
    _unit: lambda x: bool(_largest_bits(x) <= _ONE[x.dtype]),
    _not_negative: lambda x: bool(_largest_bits(x) < _INFINITY[x.dtype]),
    _sign: _all_signs,
}

DOMAINS = {
    "real": Domain("finite real numbers", np.isfinite),
    "logits": Domain("finite real numbers", np.isfinite),
    "row_logits": Domain("numbers below +inf (−inf marks an impossible class), not all −inf", lambda x: x < np.inf),
    "positive": Domain("finite numbers above 0", lambda x: (x > 0.0) & (x < np.inf)),
    "nonnegative": Domain("finite numbers that are not negative", _not_negative),
    "nonzero": Domain("finite numbers other than 0", lambda x: np.isfinite(x) & (x != 0.0)),
    "above_minus_one": Domain("finite numbers above −1", lambda x: (x > -1.0) & (x < np.inf)),
    "tweedie_power": Domain("powers up to 0, or from 1", lambda x: np.isfinite(x) & ((x <= 0.0) | (x >= 1.0))),
    "log_probability": Domain("logarithms of probabilities (not above 0)", lambda x: x <= 0.0),
    "from_minus_one": Domain("finite numbers from −1", lambda x: (x >= -1.0) & (x < np.inf)),
    "unit_above_zero": Domain("numbers from 0 to 1, 0 excluded", lambda x: (x > 0.0) & (x <= 1.0)),
    "label_or_probability": Domain(
        "labels (whole numbers), or probabilities in [0, 1]", lambda x: np.isfinite(x) & ((x == np.floor(x)) | _unit(x))
    ),
    "probability": Domain("probabilities in [0, 1]", _unit),
    "decay": Domain("numbers from 0 to 1, 1 excluded", lambda x: (x >= 0.0) & (x < 1.0)),
    "open_unit": Domain("numbers between 0 and 1, ends excluded", lambda x: (x > 0.0) & (x < 1.0)),
    "integer": Domain("whole numbers (labels, not scores)", lambda x: np.isfinite(x) & (x == np.floor(x))),
    "count": Domain("whole numbers from 1", lambda x: (x >= 1.0) & (x < np.inf) & (x == np.floor(x))),
    "index": Domain("whole numbers from 0", lambda x: (x >= 0.0) & (x < np.inf) & (x == np.floor(x))),
    "norm_degree": Domain("finite numbers from 1", lambda x: (x >= 1.0) & (x < np.inf)),
    "bound": Domain("numbers, ±inf for no bound", lambda x: ~np.isnan(x)),
    "cosine": Domain("numbers in [−1, 1]", lambda x: np.abs(x) <= 1.0),
    "label01": Domain("labels 0 or 1", lambda x: (x == 0.0) | (x == 1.0)),
    "plus_minus_one": Domain("labels −1 or +1 (for 0/1 labels: label_encoding zero_one)", _sign),
    "label_list": Domain("class indices, and −1 where a list ends", lambda x: (x >= -1.0) & (x == np.floor(x))),
    "simplex": Domain("distributions over the classes (each row sums to 1)", _unit, sums_to_one=True),
    "onehot": Domain("one-hot rows", lambda x: (x == 0.0) | (x == 1.0), sums_to_one=True),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Offence:
    """What lies outside of a domain: the term, the entry in its row (None for a whole term or row), and the value."""

    argument: str
    words: str
    term: int
    entry: int | None
    value: float


def offence(name: str, block: Array, domain: str) -> Offence | None:
    """First offence of a block against its domain: (n,) elements, or (C, n) rows with the entries on axis 0."""
    rule = DOMAINS[domain]
    if not _all_inside(rule, block):
        index = _first(~rule.contains(block).T)
        return Offence(name, rule.words, index[0], index[1] if block.ndim == 2 else None, float(block.T[index]))
    return _offence_of_row(name, block, domain) if block.ndim == 2 else None


def _all_inside(rule: Domain, block: Array) -> bool:
    surely = _SURELY.get(rule.contains)
    if not block.size or (surely is not None and surely(block)):
        return True
    inside = rule.contains(block)
    return bool(np.count_nonzero(inside) == inside.size)  # a fifth of what small arrays take for inside.all()


def _offence_of_row(name: str, block: Array, domain: str) -> Offence | None:
    """First row whose entries are inside one by one, but not together."""
    rule = DOMAINS[domain]
    if rule.sums_to_one:
        sums = row_sums(block)
        off = sums - 1.0
        if not inner(off, off) <= SUM_TOLERANCE**2:  # each square is at most their sum
            wrong = np.abs(off) > SUM_TOLERANCE
            if wrong.any():
                (term,) = _first(wrong)
                return Offence(f"{name} (sum of a row)", rule.words, term, None, float(sums[term]))
    elif domain == "row_logits":
        largest = np.maximum.reduce(block)
        if not all_finite(largest):
            (term,) = _first(~np.isfinite(largest))
            return Offence(name, rule.words, term, None, float(largest[term]))
    elif domain == "label_list" and (block >= len(block)).any():
        term, entry = _first((block >= len(block)).T)
        words = f"class indices from 0 to {len(block) - 1}, and −1 where a list ends"
        return Offence(name, words, term, entry, float(block[entry, term]))
    return None


def index_offence(name: str, indices: npt.NDArray[np.intp], classes: int) -> Offence | None:
    """First class index outside of 0 … classes − 1; nothing wraps around."""
    if not indices.size or np.maximum.reduce(indices.view(np.uintp)) < classes:  # without a sign −1 is the largest
        return None
    (term,) = _first((indices < 0) | (indices >= classes))
    return Offence(name, f"class indices from 0 to {classes - 1}", term, None, int(indices[term]))


def check_domain(name: str, array: Array, domain: str) -> None:
    """Raise DomainError for the first entry of an array of any shape that is outside of the domain."""
    rule = DOMAINS[domain]
    inside = rule.contains(array)
    if not inside.all():
        index = _first(~np.asarray(inside))
        raise DomainError(name, rule.words, index, float(array[index]))


def _first(mask: Mask | np.bool_) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(mask)[0])
