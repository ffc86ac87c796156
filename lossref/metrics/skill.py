"""D²: the share of the best constant's loss that a prediction saves."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._bounds import EPS_POLICY
from lossref._numerics import Array, Logs
from lossref.metrics._counting import counting
from lossref.metrics._fit import explained, weighted_quantile
from lossref.metrics.likelihood import AS_SCIKIT_LEARN, surprises
from lossref.regression.deviance import TWEEDIE_DEVIANCE
from lossref.spec import LossSpec, Parameter, Peer

_REALS = (Parameter("y_true", "target", "real"), Parameter("y_pred", "prediction", "real"))
_LABEL = Parameter("y_true", "target", "label01", plausible=(0.0, 1.0), dtype="int64")
_PROBABILITY = Parameter("p", "prediction", "probability", plausible=(0.02, 0.98))
_REFERENCES = ("T. Hastie, R. Tibshirani and M. Wainwright, Statistical Learning with Sparsity, 2015, section 3.1",)


def _share(missed: Array, by_constant: Array, mass: Array) -> float:
    """Share that is saved; of a target that a constant hits, 1 where it is hit and else 0."""
    sums = np.array([mass @ missed]), np.array([mass @ by_constant])
    return float(explained(*sums, force_finite=True)[0]) if len(mass) > 1 else float("nan")


def _pinball(y: Array, p: Array | float, q: float) -> Array:
    errors = y - p
    return np.maximum(q * errors, (q - 1.0) * errors)


def _d2_pinball(y: Array, p: Array, q: float, *, weights: Array | None) -> float:
    mass, y, p = counting(weights, y, p)
    constant = weighted_quantile(y[:, None], q, mass)[0]
    return _share(_pinball(y, p, q), _pinball(y, constant, q), mass)


def _d2_absolute_error(y: Array, p: Array, *, weights: Array | None) -> float:
    return _d2_pinball(y, p, 0.5, weights=weights)


def _d2_tweedie(y: Array, p: Array, power: float, *, weights: Array | None) -> float:
    mass, y, p = counting(weights, y, p)
    constant = np.full_like(y, np.average(y, weights=mass))
    missed, by_constant = (TWEEDIE_DEVIANCE.terms(y, mean, power, half=False) for mean in (p, constant))
    return _share(missed, by_constant, mass)


def _d2_log_loss(y: Array, p: Array, *, weights: Array | None, logs: Logs) -> float:
    mass, y, p = counting(weights, y, p)
    constant = np.full_like(y, np.average(y, weights=mass))
    return _share(surprises(y, p, logs), surprises(y, constant, logs), mass)


def _d2_brier(y: Array, p: Array, *, weights: Array | None) -> float:
    mass, y, p = counting(weights, y, p)
    return _share((y - p) ** 2, (y - np.average(y, weights=mass)) ** 2, mass)


D2_ABSOLUTE_ERROR = LossSpec(
    name="d2_absolute_error",
    aliases=("d2_absolute_error_score",),
    family="metrics",
    summary="Share of the absolute errors of the median that the prediction saves.",
    latex=r"1 - \frac{\sum_i |y_i - \hat y_i|}{\sum_i |y_i - \operatorname{median}(y)|}",
    references=_REFERENCES,
    parameters=_REALS,
    gives="metric",
    terms=_d2_absolute_error,
    slopes={},
    bounds=(float("-inf"), 1.0),
)


def d2_absolute_error(y_true: Any, y_pred: Any, **options: Any) -> Any:
    """Compare the absolute errors with those of the target's median.

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
    **options
        `weights`, one for each entry.

    Returns
    -------
    numpy floating scalar
        NaN for a single entry; for a constant target 1 if it is hit, else 0.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.d2_absolute_error_score.

    Examples
    --------
    >>> print(d2_absolute_error([1.0, 2.0, 4.0], [1.0, 2.0, 2.5]))
    0.5
    """
    return D2_ABSOLUTE_ERROR.value(y_true, y_pred, **options)


D2_PINBALL = LossSpec(
    name="d2_pinball",
    aliases=("d2_pinball_score",),
    family="metrics",
    summary="Share of the pinball loss of the quantile that the prediction saves.",
    latex=r"1 - \frac{\sum_i \rho_q(y_i - \hat y_i)}{\min_c \sum_i \rho_q(y_i - c)}",
    references=("R. Koenker and J. A. F. Machado, Goodness of fit for quantile regression, JASA 94, 1999",),
    parameters=(*_REALS, Parameter("q", "hyper", "open_unit", "scalar", default=0.5, plausible=(0.1, 0.9))),
    gives="metric",
    terms=_d2_pinball,
    slopes={},
    bounds=(float("-inf"), 1.0),
)


def d2_pinball(y_true: Any, y_pred: Any, q: float = 0.5, **options: Any) -> Any:
    """Compare the pinball loss with that of the best constant, a quantile of the target.

    Parameters
    ----------
    y_true, y_pred : array_like of finite real numbers, the same shape
    q : float in (0, 1)
    **options
        `weights`, one for each entry.

    Returns
    -------
    numpy floating scalar
        NaN for a single entry; for a constant target 1 if it is hit, else 0.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.d2_pinball_score, whose constant is an interpolated quantile.

    Examples
    --------
    >>> print(d2_pinball([1.0, 2.0, 4.0], [1.0, 2.0, 2.5]))
    0.5
    """
    return D2_PINBALL.value(y_true, y_pred, q, **options)


D2_TWEEDIE = LossSpec(
    name="d2_tweedie",
    aliases=("d2_tweedie_score",),
    family="metrics",
    summary="Share of the Tweedie deviance of the mean that the prediction saves.",
    latex=r"1 - \frac{\sum_i d_p(y_i, \hat y_i)}{\sum_i d_p(y_i, \bar y)}",
    references=_REFERENCES,
    parameters=(
        Parameter("y_true", "target", "nonnegative", plausible=(0.2, 5.0)),
        Parameter("y_pred", "prediction", "positive", plausible=(0.2, 5.0)),
        Parameter("power", "hyper", "tweedie_power", "scalar", default=0.0, plausible=(1.1, 1.9)),
    ),
    given_domains=TWEEDIE_DEVIANCE.given_domains,
    gives="metric",
    terms=_d2_tweedie,
    slopes={},
    bounds=(float("-inf"), 1.0),
)


def d2_tweedie(y_true: Any, y_pred: Any, power: float = 0.0, **options: Any) -> Any:
    """Compare the Tweedie deviance with that of the target's mean.

    Parameters
    ----------
    y_true : array_like of finite numbers that are not negative, or any where power is not above 0
    y_pred : array_like of finite numbers above 0, the same shape; any where power is 0
    power : float, not between 0 and 1
        0 (default) is the squared error (then this is r2), 1 Poisson, 2 gamma, 3 inverse Gaussian.
    **options
        `weights`, one for each entry.

    Returns
    -------
    numpy floating scalar
        NaN for a single entry; for a constant target 1 if it is hit, else 0.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.d2_tweedie_score.

    Examples
    --------
    >>> print(d2_tweedie([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]))
    0.5
    """
    return D2_TWEEDIE.value(y_true, y_pred, power, **options)


D2_LOG_LOSS = LossSpec(
    name="d2_log_loss",
    aliases=("d2_log_loss_score",),
    family="metrics",
    summary="Share of the log loss of the label's frequency that the probabilities save.",
    latex=r"1 - \frac{\sum_i \log p_i(y_i)}{\sum_i \log \bar y(y_i)}",
    references=("D. McFadden, Conditional logit analysis of qualitative choice behavior, 1974",),
    parameters=(_LABEL, _PROBABILITY),
    options=EPS_POLICY,
    gives="metric",
    guards={"p": "itself"},
    terms=_d2_log_loss,
    slopes={},
    bounds=(float("-inf"), 1.0),
    peers=(
        Peer("sklearn.metrics.d2_log_loss_score", {"y_true": "y_true", "y_proba": "p"}, AS_SCIKIT_LEARN, "clipped"),
    ),
)


def d2_log_loss(y_true: Any, p: Any, **options: Any) -> Any:
    """Compare the log loss with that of the label's own frequency (McFadden's pseudo R²).

    Parameters
    ----------
    y_true : array_like of labels 0 and 1
    p : array_like of probabilities of label 1, the same shape
    **options
        `weights`, one for each entry; `eps_policy` and `eps` as for `binary_cross_entropy`.

    Returns
    -------
    numpy floating scalar
        NaN for a single entry; where there is one class, 1 if its probability is always 1, else 0.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.d2_log_loss_score, which clips p by the dtype's resolution.

    Examples
    --------
    >>> print(d2_log_loss([0, 1], [0.5, 0.5]))
    0.0
    """
    return D2_LOG_LOSS.value(y_true, p, **options)


D2_BRIER = LossSpec(
    name="d2_brier",
    aliases=("d2_brier_score", "brier_skill_score"),
    family="metrics",
    summary="Share of the Brier score of the label's frequency that the probabilities save.",
    latex=r"1 - \frac{\sum_i (y_i - p_i)^2}{\sum_i (y_i - \bar y)^2}",
    references=("A. H. Murphy, Skill scores based on the mean square error, Monthly Weather Review 116, 1988",),
    parameters=(_LABEL, _PROBABILITY),
    gives="metric",
    terms=_d2_brier,
    slopes={},
    bounds=(float("-inf"), 1.0),
    peers=(Peer("sklearn.metrics.d2_brier_score", {"y_true": "y_true", "y_proba": "p"}),),
)


def d2_brier(y_true: Any, p: Any, **options: Any) -> Any:
    """Compare the Brier score with that of the label's own frequency.

    Parameters
    ----------
    y_true : array_like of labels 0 and 1
    p : array_like of probabilities of label 1, the same shape
    **options
        `weights`, one for each entry.

    Returns
    -------
    numpy floating scalar
        NaN for a single entry; where there is one class, 1 if its probability is always 1, else 0.

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.d2_brier_score.

    Examples
    --------
    >>> print(d2_brier([0, 1, 1, 0], [0.5, 1.0, 0.5, 0.0]))
    0.5
    """
    return D2_BRIER.value(y_true, p, **options)


SPECS = (D2_ABSOLUTE_ERROR, D2_PINBALL, D2_TWEEDIE, D2_LOG_LOSS, D2_BRIER)
