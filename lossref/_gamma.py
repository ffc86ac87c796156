"""The logarithm of the gamma function and its first two derivatives, for arguments from 1."""

from __future__ import annotations

import math

import numpy as np

from lossref._numerics import Array

_STEP = 12  # from here on the asymptotic series below are good to the last digit

# ψ(x) ~ log x − 1/(2x) − Σ B₂ₖ/(2k x²ᵏ) and ψ′(x) ~ 1/x + 1/(2x²) + Σ B₂ₖ/x²ᵏ⁺¹, with Bernoulli's numbers B₂ₖ.
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)


def log_gamma(x: Array) -> Array:
    """Logarithm of Γ(x)."""
    return np.array([math.lgamma(entry) for entry in x.ravel().tolist()], dtype=x.dtype).reshape(x.shape)


def digamma(x: Array) -> Array:
    """ψ(x), the derivative of log Γ."""
    # ψ(x) = ψ(x + n) − Σ_{k<n} 1/(x + k), up to where the series is good.
    far, sums = x + _STEP, np.zeros_like(x)
    for k in range(_STEP):
        sums += 1.0 / (x + k)
    squared = 1.0 / (far * far)
    series = np.zeros_like(x)
    for k, number in reversed(list(enumerate(_BERNOULLI, start=1))):
        series = (series + number / (2 * k)) * squared
    return np.log(far) - 0.5 / far - series - sums


def trigamma(x: Array) -> Array:
    """ψ′(x), the derivative of the digamma function."""
    # ψ′(x) = ψ′(x + n) + Σ_{k<n} 1/(x + k)²; all terms are positive.
    far, sums = x + _STEP, np.zeros_like(x)
    for k in range(_STEP):
        sums += 1.0 / ((x + k) * (x + k))
    squared = 1.0 / (far * far)
    series = np.zeros_like(x)
    for number in reversed(_BERNOULLI):
        series = (series + number) * squared
    return (1.0 + 0.5 / far + series) / far + sums
