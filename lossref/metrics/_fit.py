"""What scores of a regression are made of: means and quantiles under weights, and shares of what a constant misses.

Arrays have shape (N, D), one column for each output; weights (N,).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lossref._numerics import Array

AnyArray = npt.NDArray[Any]


def weighted_quantile(values: AnyArray, q: float, weights: AnyArray) -> Array:
    """Smallest value of each column that has at least the share q of the weight at or below it.

    It is among the constants with the least pinball loss.
    """
    order = np.argsort(values, axis=0)
    ranked, mass = np.take_along_axis(values, order, axis=0), np.cumsum(weights[order], axis=0)
    # Mass is summed in another order for each column: a few ulps of the whole must not move a tie.
    reached = mass >= q * mass[-1] * (1.0 - 1e-14)
    quantile: Array = np.take_along_axis(ranked, reached.argmax(axis=0)[None], axis=0)[0]
    return quantile


def weighted_median(values: AnyArray, weights: AnyArray) -> Array:
    """Middle of each column: the mean of its lowest and its highest median."""
    return 0.5 * (weighted_quantile(values, 0.5, weights) - weighted_quantile(-values, 0.5, weights))


def explained(missed: AnyArray, by_constant: AnyArray, *, force_finite: bool) -> Array:
    """1 − missed / by_constant; where a constant misses nothing, 1 or 0, or as floats divide."""
    quotient = np.divide(missed, by_constant, out=np.zeros_like(by_constant), where=by_constant != 0.0)
    shares: Array = np.asarray(1.0 - quotient)
    nothing = by_constant == 0.0
    if force_finite:
        shares[nothing & (missed != 0.0)] = 0.0
    else:
        shares[nothing] = np.where(missed[nothing] == 0.0, np.nan, -np.inf)
    return shares


def r2_of(y: AnyArray, p: AnyArray, weights: AnyArray | None, *, force_finite: bool) -> tuple[Array, Array]:
    """Score of each column, and the squares that its mean misses."""
    by = 1.0 if weights is None else weights[:, None]
    missed = (by * (y - p) ** 2).sum(axis=0)
    spread = (by * (y - np.average(y, axis=0, weights=weights)) ** 2).sum(axis=0)
    return explained(missed, spread, force_finite=force_finite), spread


def explained_variance_of(
    y: AnyArray, p: AnyArray, weights: AnyArray | None, *, force_finite: bool
) -> tuple[Array, Array]:
    """Score of each column, and the variance of the target."""
    missed, spread = (
        np.average((part - np.average(part, axis=0, weights=weights)) ** 2, axis=0, weights=weights)
        for part in (y - p, y)
    )
    return explained(missed, spread, force_finite=force_finite), spread
