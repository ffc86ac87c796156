"""How probable a classifier's probabilities make the labels that came."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._bounds import EPS_POLICY
from lossref._numerics import Array, Logs, times_or_zero
from lossref.metrics._counting import counting
from lossref.spec import LossSpec, Parameter, Peer

AS_SCIKIT_LEARN = {"eps_policy": "clip", "eps": 2.0**-52}


def surprises(y: Array, p: Array, logs: Logs) -> Array:
    """−log of the probability that each label was given."""
    return times_or_zero(y, logs.surprise(p)) + times_or_zero(1.0 - y, logs.surprise_of_complement(p))


def _log_loss(y: Array, p: Array, *, weights: Array | None, normalize: bool, logs: Logs) -> float:
    mass, y, p = counting(weights, y, p)
    total = float(np.sum(times_or_zero(mass, surprises(y, p, logs))))
    return total / float(mass.sum()) if normalize else total


LOG_LOSS = LossSpec(
    name="log_loss",
    aliases=("logarithmic_score",),
    family="metrics",
    summary="Mean negative logarithm, in nats, of the probability that each label was given.",
    latex=r"-\frac{1}{N} \sum_{i=1}^{N} \left[y_i \log p_i + (1 - y_i) \log(1 - p_i)\right]",
    references=("I. J. Good, Rational decisions, J. R. Stat. Soc. B 14, 1952",),
    parameters=(
        Parameter("y_true", "target", "label01", plausible=(0.0, 1.0), dtype="int64"),
        Parameter("p", "prediction", "probability", plausible=(0.02, 0.98)),
    ),
    options={"normalize": (True, False), **EPS_POLICY},
    gives="metric",
    guards={"p": "itself"},
    terms=_log_loss,
    slopes={},
    bounds=(0.0, float("inf")),
    peers=(
        Peer(
            "sklearn.metrics.log_loss",
            {"y_true": "y_true", "y_proba": "p"},
            AS_SCIKIT_LEARN,
            "clips p by the resolution of its dtype",
        ),
    ),
)


def log_loss(y_true: Any, p: Any, **options: Any) -> Any:
    """Average −log of the probability of the labels that came; +inf where one was called impossible, unless clipped.

    Parameters
    ----------
    y_true : array_like of labels 0 and 1
    p : array_like of probabilities of label 1, the same shape
    **options
        `normalize` True (default) for the mean, False for the sum; `weights`, one for each entry; `eps_policy` and
        `eps` as for `binary_cross_entropy`.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    sklearn.metrics.log_loss, which clips p by the dtype's resolution. As a loss with a gradient:
    `binary_cross_entropy`.

    Examples
    --------
    >>> print(log_loss([1, 0], [0.5, 0.5]).round(6))
    0.693147
    >>> print(log_loss([1, 0], [0.5, 0.5], normalize=False).round(6))
    1.386294
    """
    return LOG_LOSS.value(y_true, p, **options)


SPECS = (LOG_LOSS,)
