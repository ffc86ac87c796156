"""The negative evidence lower bound of a variational autoencoder with a diagonal Gaussian posterior."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from lossref._bounds import EPS_POLICY, slope_of_both
from lossref._numerics import Array, Logs, times_or_zero
from lossref._sums import row_sums
from lossref.classification.binary import slope_of_unsmoothed
from lossref.spec import LossSpec, Parameter

Interval = tuple[Array, Array]


def _reconstruction(x: Array, x_hat: Array, kind: str, logs: Logs) -> Array:
    if kind == "bernoulli":
        return times_or_zero(x, logs.surprise(x_hat)) + times_or_zero(1.0 - x, logs.surprise_of_complement(x_hat))
    e = x_hat - x
    return _factor(kind) * (e * e)


def _factor(kind: str) -> float:
    return 0.5 if kind == "half_squared_error" else 1.0


def _divergence(mu: Array, logvar: Array, beta: float) -> Array:
    # e^v − 1 − v by expm1: near v = 0 only e^v − 1 and v are subtracted, not 1 as well.
    return (0.5 * beta * mu) * mu + (_scaled_expm1(0.5 * beta, logvar) - 0.5 * beta * logvar)


def _scaled_exp(factor: float, x: Array) -> Array:
    """Give factor · e^x, where e^x may overflow alone."""
    root = np.exp(0.5 * x)
    return (factor * root) * root


def _scaled_expm1(factor: float, x: Array) -> Array:
    return np.where(x > 700.0, _scaled_exp(factor, x), factor * np.expm1(x))


def _vae(x: Array, x_hat: Array, mu: Array, logvar: Array, beta: float, *, reconstruction: str, logs: Logs) -> Array:
    return row_sums(_reconstruction(x, x_hat, reconstruction, logs)) + row_sums(_divergence(mu, logvar, beta))


def _vae_slope_x(x: Array, x_hat: Array, *_: Any, reconstruction: str, logs: Logs) -> Interval:
    if reconstruction == "bernoulli":
        slope = logs.surprise(x_hat) - logs.surprise_of_complement(x_hat)
    else:
        slope = 2.0 * _factor(reconstruction) * (x - x_hat)
    return slope, slope


def _vae_slope_x_hat(x: Array, x_hat: Array, *_: Any, reconstruction: str, logs: Logs) -> Interval:
    if reconstruction != "bernoulli":
        slope = 2.0 * _factor(reconstruction) * (x_hat - x)
        return slope, slope
    if logs.policy == "exact":
        slope = slope_of_unsmoothed(x, x_hat)
        return slope, slope
    return slope_of_both(x, 1.0 - x, x_hat, logs)


def _vae_slope_mu(_: Array, __: Array, mu: Array, ___: Array, beta: float, **____: Any) -> Interval:
    slope = beta * mu
    return slope, slope


def _vae_slope_logvar(_: Array, __: Array, ___: Array, logvar: Array, beta: float, **____: Any) -> Interval:
    slope = _scaled_expm1(0.5 * beta, logvar)
    return slope, slope


def _vae_curvature_mu(_: Array, __: Array, mu: Array, ___: Array, beta: float, **____: Any) -> Array:
    return np.full_like(mu, beta)


def _vae_curvature_logvar(_: Array, __: Array, ___: Array, logvar: Array, beta: float, **____: Any) -> Array:
    return _scaled_exp(0.5 * beta, logvar)


def _domains(options: Mapping[str, Any]) -> Mapping[str, str]:
    return {} if options["reconstruction"] == "bernoulli" else {"x": "real", "x_hat": "real"}


VAE_ELBO = LossSpec(
    name="vae_elbo",
    aliases=("elbo", "vae"),
    family="generative",
    summary="Negative evidence lower bound: reconstruction error plus divergence of the posterior from N(0, I).",
    latex=(
        r"-\sum_d \left(x_d \log \hat x_d + (1 - x_d) \log(1 - \hat x_d)\right)"
        r" + \frac{\beta}{2} \sum_l \left(\mu_l^2 + e^{v_l} - 1 - v_l\right)"
    ),
    references=(
        "D. P. Kingma and M. Welling, Auto-encoding variational Bayes, ICLR 2014, appendix B",
        "I. Higgins et al., beta-VAE, ICLR 2017 (beta)",
    ),
    parameters=(
        Parameter("x", "target", "probability", "rows", plausible=(0.05, 0.95), width="features"),
        Parameter("x_hat", "prediction", "probability", "rows", plausible=(0.05, 0.95), width="features"),
        Parameter("mu", "prediction", "real", "rows", plausible=(-2.0, 2.0), width="latent"),
        Parameter("logvar", "prediction", "real", "rows", plausible=(-2.0, 2.0), width="latent"),
        Parameter("beta", "hyper", "nonnegative", "scalar", default=1.0, plausible=(0.5, 4.0)),
    ),
    properties=frozenset({"non_negative", "convex_in_prediction", "permutation_invariant"}),
    options={
        "reconstruction": ("bernoulli", "squared_error", "half_squared_error"),
        **EPS_POLICY,
    },
    given_domains=_domains,
    bounds=(0.0, math.inf),
    convex_in=("x", "x_hat", "mu", "logvar"),
    guards={"x_hat": "itself"},
    terms=_vae,
    slopes={"x_hat": _vae_slope_x_hat, "x": _vae_slope_x, "mu": _vae_slope_mu, "logvar": _vae_slope_logvar},
    curvatures={"mu": _vae_curvature_mu, "logvar": _vae_curvature_logvar},
)


def vae_elbo(x: Any, x_hat: Any, mu: Any, logvar: Any, beta: float = 1.0, **options: Any) -> Any:
    """Mean over rows of the reconstruction error plus beta · KL(N(mu, e^logvar) ‖ N(0, I)), both sums over features.

    Parameters
    ----------
    x, x_hat : array_like of shape (N, D)
        The data and its reconstruction: probabilities for the Bernoulli likelihood, else real numbers.
    mu, logvar : array_like of shape (N, L), finite real numbers
        Mean and log of the variance (not of the standard deviation) of the posterior.
    beta : float, not negative
        Weight of the divergence; 1 is the bound itself.
    **options
        As for `LossSpec.value`; `reconstruction` bernoulli (default, binary cross-entropy), squared_error or
        half_squared_error (the Gaussian likelihood of variance 1 without its constant); `eps_policy` and `eps` as for
        `binary_cross_entropy`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    D. P. Kingma and M. Welling, ICLR 2014, equation 10 with the sign turned, in its exact form.

    Examples
    --------
    >>> print(vae_elbo([[1.0, 0.0]], [[0.5, 0.5]], [[1.0]], [[0.0]]).round(6))
    1.886294
    """
    return VAE_ELBO.value(x, x_hat, mu, logvar, beta, **options)


SPECS = (VAE_ELBO,)
