"""The logarithm of the gamma function and its first two derivatives, for arguments from 1."""

from __future__ import annotations

import math

import numpy as np

from lossref._doubled import Doubled, log, two_product, two_sum
from lossref._numerics import Array

_STEP = 8  # from here on the asymptotic series below are good to the last digit

# ψ(x) ~ log x − 1/(2x) − Σ B₂ₖ/(2k x²ᵏ) and ψ′(x) ~ 1/x + 1/(2x²) + Σ B₂ₖ/x²ᵏ⁺¹, with Bernoulli's numbers B₂ₖ.
_BERNOULLI = (
    1 / 6,
    -1 / 30,
    1 / 42,
    -1 / 30,
    5 / 66,
    -691 / 2730,
    7 / 6,
    -3617 / 510,
    43867 / 798,
    -174611 / 330,
    854513 / 138,
    -236364091 / 2730,
)


# log Γ(2 + z) = (1 − γ) z + Σ_{k≥2} (−1)ᵏ (ζ(k) − 1)/k zᵏ for |z| < 2, with Euler's γ and Riemann's ζ.
_AROUND_2 = (
    0.42278433509846713,
    0.3224670334241132,
    -0.0673523010531981,
    0.020580808427784546,
    -0.007385551028673986,
    0.0028905103307415234,
    -0.001192753911703261,
    0.0005096695247430425,
    -0.00022315475845357939,
    9.945751278180853e-05,
    -4.492623673813314e-05,
    2.050721277567069e-05,
    -9.439488275268397e-06,
    4.374866789907488e-06,
    -2.039215753801366e-06,
    9.55141213040742e-07,
    -4.492469198764566e-07,
    2.1207184805554665e-07,
    -1.0043224823968099e-07,
    4.7698101693639804e-08,
    -2.2711094608943164e-08,
    1.0838659214896955e-08,
    -5.183475041970047e-09,
    2.4836745438024785e-09,
    -1.1921401405860912e-09,
    5.731367241678862e-10,
    -2.7595228851242334e-10,
    1.330476437424449e-10,
)


def log_gamma(x: Array) -> Array:
    """Logarithm of Γ(x)."""
    return np.where(x < _STEP, _log_gamma_below(np.minimum(x, _STEP)), _log_gamma_above(np.maximum(x, _STEP)))


def _log_gamma_above(x: Array) -> Array:
    # (x − ½) log x − x + ½ log 2π + Σ B₂ₖ/(2k (2k − 1) x²ᵏ⁻¹), after J. Stirling; the first two cancel.
    high, low = log(x)
    product, lost = two_product(x - 0.5, high)
    total, error = two_sum(product, -x)
    return total + ((x - 0.5) * low + (0.5 * math.log(2.0 * math.pi) + _stirling(x) + lost + error))


def _stirling(x: Array) -> Array:
    squared = (1.0 / x) ** 2
    series = np.zeros_like(x)
    for k, number in reversed(list(enumerate(_BERNOULLI, start=1))):
        series = series * squared + number / (2 * k * (2 * k - 1))
    return series / x


def _log_gamma_below(x: Array) -> Array:
    # log Γ(x) = log((x − 1) … (x − n)) + log Γ(x − n), where x − n lies below 2.5: the differences are exact, and what
    # the product loses is kept.
    rest, product, lost = x.copy(), np.ones_like(x), np.zeros_like(x)
    for _ in range(_STEP - 2):
        more = rest >= 2.5
        rest = rest - more
        factor = np.where(more, rest, 1.0)
        product, error = two_product(product, factor)
        lost = lost * factor + error
    # From 1 to 1.5 log Γ(1 + z) = log Γ(2 + z) − log(1 + z).
    low = rest < 1.5
    z = np.where(low, rest - 1.0, rest - 2.0)
    series = np.zeros_like(z)
    for coefficient in reversed(_AROUND_2):
        series = (series + coefficient) * z
    return np.log(product) + (series - np.where(low, np.log1p(z), 0.0) + lost / product)


def digamma(x: Array) -> Array:
    """ψ(x), the derivative of log Γ."""
    high, low = doubled_digamma(x)
    return high + low


def doubled_digamma(x: Array) -> Doubled:
    """ψ(x), rounded, and what the rounding loses."""
    # ψ(x) = ψ(x + n) − Σ_{k<n} 1/(x + k), up to where the series is good; the sum keeps what its roundings lose.
    far, total, lost = x + _STEP, np.zeros_like(x), np.zeros_like(x)
    for k in range(_STEP):
        total, error = two_sum(total, 1.0 / (x + k))
        lost += error
    squared = (1.0 / far) ** 2
    series = np.zeros_like(x)
    for k, number in reversed(list(enumerate(_BERNOULLI, start=1))):
        series = (series + number / (2 * k)) * squared
    high, low = log(far)
    difference, error = two_sum(high, -total)
    return two_sum(difference, error + (low - (0.5 / far + series + lost)))


def trigamma(x: Array) -> Array:
    """ψ′(x), the derivative of the digamma function."""
    # ψ′(x) = ψ′(x + n) + Σ_{k<n} 1/(x + k)²; all terms are positive.
    far, sums = x + _STEP, np.zeros_like(x)
    for k in reversed(range(_STEP)):  # small terms first
        sums += (1.0 / (x + k)) ** 2
    squared = (1.0 / far) ** 2
    series = np.zeros_like(x)
    for number in reversed(_BERNOULLI):
        series = (series + number) * squared
    return (1.0 + 0.5 / far + series) / far + sums
