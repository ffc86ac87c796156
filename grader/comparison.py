"""The numeric comparator: type, shape, finite mask, tolerance, in this order, on plain values."""

from __future__ import annotations

import dataclasses
import math
import sys
from typing import Any, Literal

import numpy as np

Problem = Literal["", "no_value", "type", "shape", "finite", "value"]
Array = np.ndarray[Any, Any]

DEFAULT_RTOL = 1e-5
DEFAULT_ATOL = 1e-7
# Rounding errors of a sum or a difference grow with the operands, in units of the dtype's resolution.
_ROUNDINGS = 16.0


@dataclasses.dataclass(frozen=True, slots=True)
class Expectation:
    """What is right for one case.

    Attributes
    ----------
    value : the reference's value; a number, an array, or a tuple of them.
    low, high : where more than one value is right, the closed interval they fill, entry by entry.
    shape_of_terms : shape of the values before the reduction, by which a missing reduction is recognised.
    scale : magnitude of what the value was computed from, or of what each of its entries was, by which cancellation is
        forgiven.
    eps : resolution of the dtype of the inputs.
    of_nothing : whether this is a mean over no terms: libraries give NaN, 0 or an exception, and all of them are right.
    """

    value: Any
    low: Any = None
    high: Any = None
    shape_of_terms: tuple[int, ...] | None = None
    scale: float | Array = 0.0
    eps: float = sys.float_info.epsilon
    of_nothing: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """How an answer's value compares: `problem` is empty where it is right.

    Attributes
    ----------
    detail : of a wrong shape, which: "missing reduction", "extra axis", "broadcast", "reduced", "transposed".
    listed : whether a list or tuple stood where an array was asked.
    """

    problem: Problem
    message: str = ""
    detail: str = ""
    listed: bool = False

    @property
    def fits(self) -> bool:
        """Whether the value is right."""
        return self.problem == ""


RIGHT = Comparison("")


def compare(got: Any, expected: Expectation, *, rtol: float = DEFAULT_RTOL, atol: float = DEFAULT_ATOL) -> Comparison:
    """Compare one value with what is right.

    Parameters
    ----------
    got : what the candidate's function returned, rebuilt as a plain Python or numpy value.
    expected : the right value, or interval of values.
    rtol, atol : tolerance relative to the expected value, and absolute.

    Examples
    --------
    >>> compare(0.25, Expectation(0.25)).fits
    True
    >>> compare([0.25, 0.5], Expectation(0.375, shape_of_terms=(2,))).message
    'expected a number, got an array of shape (2,): one value for each term, so the reduction is missing'
    """
    value = expected.value
    if isinstance(value, tuple):
        return _compare_tuple(got, expected, rtol, atol)
    # The way that nearly every right answer goes: a float for a float.
    if isinstance(got, float) and not isinstance(value, np.ndarray) and expected.low is None:
        right = float(value)
        difference = abs(float(got) - right)
        if difference <= atol + rtol * abs(right) and difference < math.inf:
            return RIGHT
    plain = as_array(got)
    if isinstance(plain, Comparison):
        return plain
    shaped = _compare_shapes(plain, np.shape(value), expected.shape_of_terms, is_list=isinstance(got, (list, tuple)))
    if shaped is not None:
        return shaped
    result = _compare_values(plain, expected, rtol, atol)
    if isinstance(got, (list, tuple)):
        return dataclasses.replace(result, listed=True)
    return result


def _compare_tuple(got: Any, expected: Expectation, rtol: float, atol: float) -> Comparison:
    parts = expected.value
    if not isinstance(got, (tuple, list)) or len(got) != len(parts):
        what = f"{len(got)} values" if isinstance(got, (tuple, list)) else _describe(got)
        return Comparison("type", f"expected a tuple of {len(parts)} values, got {what}")
    for place, (part, right) in enumerate(zip(got, parts, strict=True)):
        result = compare(part, dataclasses.replace(expected, value=right), rtol=rtol, atol=atol)
        if not result.fits:
            return dataclasses.replace(result, message=f"value {place + 1} of {len(parts)}: {result.message}")
    return RIGHT


def as_array(got: Any) -> Array | Comparison:
    """Give a returned value as an array of real numbers, or say why it is none."""
    if got is None:
        return Comparison("no_value", "expected a value, got None: the function does not return anything")
    reason = getattr(got, "reason", None)
    if reason is not None:
        return Comparison("type", str(reason))
    if isinstance(got, (list, tuple)):
        return _listed(got)
    if isinstance(got, (bool, np.bool_)) or not isinstance(got, (int, float, np.ndarray, np.generic)):
        return Comparison("type", f"expected a number or an array of numbers, got {_describe(got)}")
    try:
        array = np.asarray(got)
    except OverflowError:
        return Comparison("type", "expected a number, got an integer beyond 64 bits")
    if array.dtype.kind not in "fiu":
        return Comparison("type", f"expected real numbers, got an array of dtype {array.dtype}")
    return array


def _listed(got: list[Any] | tuple[Any, ...]) -> Array | Comparison:
    parts = [as_array(part) for part in got]
    for part in parts:
        if isinstance(part, Comparison):
            return part
    arrays = [part for part in parts if not isinstance(part, Comparison)]
    if len({array.shape for array in arrays}) > 1:
        return Comparison("type", "expected an array of numbers, got a list whose rows differ in length")
    return np.array(arrays) if arrays else np.zeros(0)


def _describe(got: Any) -> str:
    article = "an" if type(got).__name__[:1] in "aeiou" else "a"
    return f"{article} {type(got).__name__}"


def _compare_shapes(
    got: Array, shape: tuple[int, ...], terms: tuple[int, ...] | None, *, is_list: bool
) -> Comparison | None:
    """Tell what is wrong with a shape; None where it is right."""
    if got.shape == shape and not (is_list and shape == ()):
        return None
    asked = f"an array of shape {shape}" if shape else "a number"
    came = f"an array of shape {got.shape}" if got.shape else "a number"
    start = f"expected {asked}, got {came}"
    detail, words = _shape_detail(got.shape, shape, terms)
    return Comparison("shape", f"{start}: {words}" if words else start, detail)


def _shape_detail(got: tuple[int, ...], shape: tuple[int, ...], terms: tuple[int, ...] | None) -> tuple[str, str]:
    if terms is not None and got == terms and math.prod(got) != 1:
        return "missing reduction", "one value for each term, so the reduction is missing"
    if tuple(n for n in got if n != 1) == tuple(n for n in shape if n != 1) and len(got) > len(shape):
        return "extra axis", "an axis of length 1 is left over"
    if not got and shape:
        return "reduced", "it was reduced where one value for each entry is asked"
    longest = terms or shape
    if len(longest) == 1 and got == (longest[0], longest[0]) and longest[0] > 1:
        return "broadcast", "a column (N, 1) met a vector (N,) and was broadcast to (N, N)"
    if len(got) == 2 and got == shape[::-1]:
        return "transposed", "the axes are swapped"
    if terms is not None and not shape and len(got) < len(terms) and 0 not in got:
        return "partly reduced", "the reduction went over a part of the axes only"
    return "", ""


def _compare_values(got: Array, expected: Expectation, rtol: float, atol: float) -> Comparison:
    low, high = _bounds(expected)
    if got.size == 0:
        return RIGHT if np.size(expected.value) == 0 else Comparison("shape", "expected values, got none")
    got = got.astype(np.float64, copy=False)
    missing = np.isnan(low) | np.isnan(high)
    wrong_mask = np.isnan(got) != missing
    if wrong_mask.any():
        return Comparison("finite", _finite_message(got, low, wrong_mask))
    noise = _ROUNDINGS * expected.eps * expected.scale
    with np.errstate(invalid="ignore"):
        # An infinite bound holds for itself only: inf − inf is NaN, and tolerance around inf means nothing.
        above = (got >= low - (atol + noise + rtol * np.abs(np.where(np.isfinite(low), low, 0.0)))) | (got == low)
        below = (got <= high + (atol + noise + rtol * np.abs(np.where(np.isfinite(high), high, 0.0)))) | (got == high)
    inside = (above & below) | missing
    if inside.all():
        return RIGHT
    infinite = np.isinf(got) & ~inside
    if infinite.any():
        return Comparison("finite", _finite_message(got, low, infinite))
    count = int(np.size(inside) - np.count_nonzero(inside))
    where = f" ({count} of {np.size(inside)} entries)" if np.size(inside) > 1 else ""
    return Comparison("value", f"the value is wrong{where}")


def _bounds(expected: Expectation) -> tuple[Array, Array]:
    value = np.asarray(expected.value, dtype=np.float64)
    low = value if expected.low is None else np.asarray(expected.low, dtype=np.float64)
    high = value if expected.high is None else np.asarray(expected.high, dtype=np.float64)
    return low, high


def _finite_message(got: Array, expected: Array, wrong: Array) -> str:
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    came, wanted = got[place], np.broadcast_to(expected, got.shape)[place]
    kind = "a finite number" if np.isfinite(wanted) else f"{wanted:g}"
    return f"expected {kind}, got {came:g}"
