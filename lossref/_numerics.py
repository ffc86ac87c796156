"""Stable forms of the functions that losses are made of: the one home of each identity.

All take float64 or float32 arrays, return new ones of that dtype and never change what came in. Those on rows take
shape (C, N): the classes lie on axis 0.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import numpy.typing as npt

from lossref._sums import all_finite, row_sums

Array = npt.NDArray[np.float64]

_EXACT_ENOUGH = -1.0  # down to here e^s is as good as s
_FAINT = 2.0**-10  # a rest above it is made of exponentials of more than −10


def positive_part(x: Array) -> Array:
    """max(x, 0)."""
    return x.clip(0.0, math.inf)  # numpy has no fast loop for the maximum with a single number


def sigmoid(x: Array) -> Array:
    """σ(x) = 1 / (1 + e^−x)."""
    e = np.exp(-np.abs(x))
    return sigmoid_from(x, e)


def sigmoid_from(x: Array, e: Array) -> Array:
    """σ(x), given e = e^−|x|."""
    # With e ≤ 1 nothing overflows: σ(x) = 1/(1+e) for x ≥ 0, and e/(1+e) for x < 0.
    numerator = np.maximum(e, (x >= 0.0).astype(e.dtype))
    numerator /= 1.0 + e
    return numerator


def sigmoid_slope(x: Array) -> Array:
    """σ′(x) = σ(x) σ(−x)."""
    # e/(1 + e)² with e = e^−|x|: 1 − σ(x) is 0 in float64 from x = 37 on.
    e = np.exp(-np.abs(x))
    beyond = 1.0 + e
    e /= beyond
    e /= beyond
    return e


def softplus(x: Array) -> Array:
    """log(1 + e^x), also known as log1pexp."""
    # log(1+e^x) = max(x, 0) + log(1 + e^−|x|): the exponent is never positive, and log1p keeps the tail.
    tail = np.log1p(np.exp(-np.abs(x)))
    tail += positive_part(x)
    return tail


def times_or_zero(factor: Array, other: Array) -> Array:
    """`factor · other`, where a zero factor gives 0 even if the other is infinite (0·log 0 = 0, as of x·log x).

    NaN stays NaN: it tells of an argument outside of its domain.
    """
    product: Array = np.asarray(factor * other)  # of numbers too
    if not all_finite(product):
        product[(factor == 0.0) & np.isinf(other)] = 0.0
    return product


def over_or_zero(numerator: Array, denominator: Array) -> Array:
    """`numerator / denominator`, where a zero numerator gives 0 whatever the denominator is."""
    quotient = np.zeros_like(denominator)
    np.divide(numerator, denominator, out=quotient, where=numerator != 0.0)
    return quotient


def log_cosh_of(x: Array) -> Array:
    """Logarithm of cosh x."""
    # cosh² x = 1 + sinh² x, so that log cosh x = ½ log1p(sinh² x): no term cancels, however small x is.
    squares = np.sinh(x)
    squares *= squares
    result = np.log1p(squares)
    result *= 0.5
    # Where sinh² x overflows, e^−2|x| is below the last digit of log cosh x = |x| − log 2 + log1p(e^−2|x|).
    overflowed = np.isinf(squares)
    if overflowed.any():
        result[overflowed] = np.abs(x[overflowed]) - math.log(2.0)
    return result


def log_ratio(a: Array, b: Array) -> Array:
    """Logarithm of a/b, of numbers that are not negative."""
    # log(a/b) = ±log1p(|a − b|/min(a, b)): the difference of near numbers is exact, and log1p keeps its digits.
    excess = a - b
    excess /= np.minimum(a, b)
    result = np.abs(excess)
    np.log1p(result, out=result)
    np.copysign(result, excess, out=result)
    if not all_finite(result):
        overflowed = np.isinf(excess)
        result[overflowed] = np.log(a[overflowed]) - np.log(b[overflowed])
    return result


def power_integral(a: Array, b: Array, power: float) -> Array:
    """∫ t^(power − 1) dt from b > 0 to a ≥ 0: (a^power − b^power)/power, and log(a/b) at power 0."""
    logs = log_ratio(a, b)
    if power == 0.0:
        return logs
    # b^c (e^(c log(a/b)) − 1): for near numbers expm1 keeps what the difference of the powers would cancel.
    logs *= power
    near = np.abs(logs) < 1.0
    return np.where(near, b**power * np.expm1(logs), a**power - b**power) / power


def slope_with_kink(x: Array, below: float, above: float) -> tuple[Array, Array]:
    """Slope that is `below` for x < 0 and `above` for x > 0, as an interval: at 0 it holds all between the two."""
    low = (x > 0.0).astype(x.dtype)
    low *= above - below
    low += below
    if x.all():
        return low, low
    high = low.copy()
    high[x == 0.0] = above
    return low, high


def _compensated(
    exponentials: Array, logits: Array, largest: Array, shifted: Array, rows: npt.NDArray[np.intp] | None = None
) -> Array:
    """e^s with what the rounding of s = logits − largest lost (D. E. Knuth, TAOCP 2, theorem 4.2.2B).

    e^s has |s| times the relative error of s: without e^(s + lost) = e^s (1 + lost) it would be wrong by hundreds of
    units in the last place at s = −700. Of some rows only, where they are given.
    """
    if rows is not None:
        exponentials, logits, shifted = exponentials[:, rows], logits[:, rows], shifted[:, rows]
        largest = largest[rows]
    least = float(shifted.min(initial=0.0))
    if least >= _EXACT_ENOUGH:
        return exponentials
    seen = shifted - logits
    lost = shifted - seen
    np.subtract(logits, lost, out=lost)
    seen += largest
    lost -= seen
    if math.isinf(least):
        lost[np.isinf(shifted)] = 0.0
    lost *= exponentials
    lost += exponentials
    return lost


def _all_but_top(exponentials: Array) -> Array:
    """Σ e^s over all entries but one of those with e^s = 1; the others that tie with it count 1 each."""
    largest = np.floor(exponentials)
    rest = row_sums(largest)
    rest -= 1.0
    rest += row_sums(np.subtract(exponentials, largest, out=largest))
    return rest


@dataclasses.dataclass(frozen=True, slots=True)
class ShiftedRows:
    """Rows of logits less their largest entry, and what follows from that.

    The largest entry contributes e^0 = 1 to Σ e^s, so Σ e^s = 1 + rest, where `rest` sums the others alone:
    log Σ e^s = log1p(rest) and 1 − p_top = rest / (1 + rest) keep their relative accuracy when rest is far below 1.
    """

    shifted: Array
    largest: Array
    exponentials: Array
    rest: Array

    @classmethod
    def of(cls, logits: Array, *, for_logs: bool = False) -> ShiftedRows:
        """Shift the rows; `for_logs` where single exponentials do not matter, only what they sum to."""
        largest = np.maximum.reduce(logits)
        shifted = logits - largest
        exponentials = np.exp(shifted)
        if for_logs:
            rest = _all_but_top(exponentials)
            faint = (rest < _FAINT).nonzero()[0]  # rounding of s tells where the sum is made of far ones alone
            if faint.size:
                exponentials[:, faint] = _compensated(exponentials, logits, largest, shifted, faint)
                rest[faint] = _all_but_top(exponentials[:, faint])
        else:
            exponentials = _compensated(exponentials, logits, largest, shifted)
            rest = _all_but_top(exponentials)
        return cls(shifted, largest, exponentials, rest)

    @property
    def top(self) -> npt.NDArray[np.bool_]:
        """Where an entry is the largest of its row."""
        top: npt.NDArray[np.bool_] = self.shifted == 0.0
        return top

    def negative_log_softmax(self) -> Array:
        """−log softmax: log Σ e^s − s, a sum of two terms that are never negative."""
        return np.log1p(self.rest) - self.shifted

    def logsumexp(self) -> Array:
        return self.largest + np.log1p(self.rest)

    def softmax(self) -> Array:
        return self.exponentials / (1.0 + self.rest)

    def products_of_softmax(self) -> Array:
        """p_i p_j for all pairs of classes, (C, C, N)."""
        # Not a product of quotients, each rounded; and what the sum 1 + rest loses is made good at the end.
        total = 1.0 + self.rest
        seen = total - 1.0
        lost = ((1.0 - (total - seen)) + (self.rest - seen)) / total
        products = self.exponentials[:, None] * self.exponentials
        products /= total
        products /= total
        products -= products * (2.0 * lost)
        return products

    def complement(self) -> Array:
        """1 − softmax; only the largest entry can exceed ½, so only there would 1 − p cancel."""
        return np.where(self.top, self.rest / (1.0 + self.rest), 1.0 - self.softmax())


@dataclasses.dataclass(frozen=True, slots=True)
class Logs:
    """How a logarithm of a probability is taken near 0: the option `eps_policy` with its `eps`.

    exact takes log p, so that log 0 = −inf; clip takes log of p clipped to [eps, 1 − eps] (the habit of keras);
    log_clamp takes max(log p, log eps) (the habit of torch, whose bound is −100).
    """

    policy: str = "exact"
    eps: float = 0.0

    @classmethod
    def named(cls, policy: str, eps: float | None) -> Logs:
        if policy == "exact":
            return EXACT
        return cls(policy, {"clip": 1e-7, "log_clamp": math.exp(-100.0)}[policy] if eps is None else eps)

    def log(self, p: Array) -> Array:
        """Logarithm of p."""
        return self._bounded(np.log(self._clipped(p)))

    def log_of_complement(self, p: Array) -> Array:
        """Logarithm of 1 − p, by log1p, since 1 − p drops every p below 1e−16."""
        return self._bounded(np.log1p(-self._clipped(p)))

    def surprise(self, p: Array) -> Array:
        """−log p."""
        return 0.0 - self.log(p)  # not −log p: at p = 1 that is −0.0

    def surprise_of_complement(self, p: Array) -> Array:
        """−log(1 − p)."""
        return 0.0 - self.log_of_complement(p)

    def slope(self, p: Array, share: Array | None = None) -> tuple[Array, Array]:
        """Interval of the derivative of `surprise`: −1/p, 0 where the policy bounds the log, both at its corner.

        Of `share` times the surprise, where a share is given: at a share of 0 it is 0.
        """
        return self._cornered(-(1.0 / p if share is None else over_or_zero(share, p)), p, p)

    def slope_of_complement(self, p: Array, share: Array | None = None) -> tuple[Array, Array]:
        """Interval of the derivative of `surprise_of_complement`: 1/(1 − p), or 0 likewise."""
        q = 1.0 - p
        return self._cornered(1.0 / q if share is None else over_or_zero(share, q), p, q)

    def _clipped(self, p: Array) -> Array:
        return np.clip(p, self.eps, 1.0 - self.eps) if self.policy == "clip" else p

    def _bounded(self, logs: Array) -> Array:
        return np.maximum(logs, math.log(self.eps)) if self.policy == "log_clamp" else logs

    def _cornered(self, slope: Array, p: Array, of_log: Array) -> tuple[Array, Array]:
        if self.policy == "exact":
            return slope, slope
        # clip bounds p itself from both sides, log_clamp the argument of the logarithm from below.
        at, bottom, top = (p, self.eps, 1.0 - self.eps) if self.policy == "clip" else (of_log, self.eps, math.inf)
        inside = np.where((bottom < at) & (at < top), slope, 0.0)
        reached = np.where((bottom <= at) & (at <= top), slope, 0.0)
        return np.minimum(inside, reached), np.maximum(inside, reached)


EXACT = Logs()
