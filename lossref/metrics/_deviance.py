"""Deviances of the Tweedie family: twice the loss of likelihood against a prediction that fits perfectly."""

from __future__ import annotations

import numpy as np

from lossref._numerics import Array


def tweedie_deviance(y: Array, mean: Array, power: float) -> Array:
    """Deviance of each entry; power 0 normal, 1 Poisson, 2 gamma, 3 inverse Gaussian."""
    if power == 0.0:
        return (y - mean) ** 2
    if power == 1.0:
        surprise = np.zeros_like(y + mean)
        np.multiply(y, np.log(np.divide(y, mean, where=y != 0.0, out=np.ones_like(surprise))), out=surprise)
        return 2.0 * (surprise - y + mean)
    if power == 2.0:
        return 2.0 * (np.log(mean / y) + y / mean - 1.0)
    # Of a power below 0 a target may be negative: such a y contributes nothing to the constant.
    own = np.power(np.maximum(y, 0.0) if power < 0.0 else y, 2.0 - power) / ((1.0 - power) * (2.0 - power))
    cross = y * np.power(mean, 1.0 - power) / (1.0 - power)
    return np.asarray(2.0 * (own - cross + np.power(mean, 2.0 - power) / (2.0 - power)))
