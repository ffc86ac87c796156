"""Whether predicted probabilities are the frequencies they claim to be."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array
from lossref.domains import index_offence
from lossref.errors import DomainError
from lossref.metrics._counting import AnyArray, counting
from lossref.spec import LossSpec, Parameter

_BINS = Parameter("bins", "hyper", "count", "scalar", default=10.0, plausible=(5.0, 15.0), dtype="int64")
_OPTIONS = {"edges": ("left_closed", "right_closed"), "norm": ("l1", "max", "l2")}
_REFERENCES = (
    "M. P. Naeini et al., Obtaining well calibrated probabilities using Bayesian binning, AAAI 2015",
    "C. Guo et al., On calibration of modern neural networks, ICML 2017",
)


def _gap(outcome: Array, claimed: Array, mass: Array, bins: int, *, edges: str, norm: str) -> float:
    """Norm of the gaps of the bins, weighted by their mass: between the outcomes' mean and that of what was claimed."""
    # Inner edges alone: 0 belongs to the first bin and 1 to the last, whichever end the bins are closed at.
    inner = np.arange(1, bins) / bins
    place = np.searchsorted(inner, claimed, side="right" if edges == "left_closed" else "left")
    # The gap of means times the bin's share is the gap of sums over the whole mass: no empty bin divides.
    sums = np.abs(np.bincount(place, mass * (outcome - claimed), minlength=bins))
    if norm == "l1":
        return float(sums.sum() / mass.sum())
    inside = np.bincount(place, mass, minlength=bins)
    gaps = np.divide(sums, inside, out=np.zeros(bins), where=inside > 0.0)
    return float(gaps.max() if norm == "max" else np.sqrt(np.average(gaps**2, weights=inside)))


def _binary(y: Array, p: Array, bins: float, *, weights: Array | None, edges: str, norm: str) -> float:
    mass, y, p = counting(weights, y, p)
    return _gap(y, p, mass, int(bins), edges=edges, norm=norm)


def _top_label(y: AnyArray, p: Array, bins: float, *, weights: Array | None, edges: str, norm: str) -> float:
    rows, of = p.reshape(-1, p.shape[-1]), y.reshape(-1)
    found = index_offence("y_true", of, rows.shape[1])
    if found is not None:
        raise DomainError(found.argument, found.words, (found.term,), found.value)
    mass, right, confidence = counting(weights, rows.argmax(axis=1) == of, rows.max(axis=1))
    return _gap(right, confidence, mass, int(bins), edges=edges, norm=norm)


EXPECTED_CALIBRATION_ERROR = LossSpec(
    name="expected_calibration_error",
    aliases=("ece",),
    family="metrics",
    summary="Mean distance, over bins of equal width, between predicted probabilities and the frequency of the label.",
    latex=r"\sum_{b=1}^{B} \frac{n_b}{N} \left|\bar y_b - \bar p_b\right|",
    references=_REFERENCES,
    parameters=(
        Parameter("y_true", "target", "label01", plausible=(0.0, 1.0), dtype="int64"),
        Parameter("p", "prediction", "probability", plausible=(0.02, 0.98)),
        _BINS,
    ),
    options=_OPTIONS,
    gives="metric",
    terms=_binary,
    slopes={},
    bounds=(0.0, 1.0),
)


def expected_calibration_error(y_true: Any, p: Any, bins: int = 10, **options: Any) -> Any:
    """Weigh, by their counts, the gaps between mean probability and mean label in bins of equal width.

    Parameters
    ----------
    y_true : array_like of labels 0 and 1
    p : array_like of probabilities of label 1, the same shape
    bins : int, from 1
    **options
        `edges` left_closed (default: bins [lo, hi), the last closed, so that p = 1 is in it) or right_closed
        ((lo, hi], the first closed); `norm` l1 (default), max (the largest gap of a bin) or l2 (root mean square);
        `weights`, one for each entry.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torchmetrics.classification.BinaryCalibrationError is right_closed and has 15 bins.

    Examples
    --------
    >>> print(expected_calibration_error([0, 1, 1, 1], [0.1, 0.9, 0.9, 1.0]).round(6))
    0.075
    """
    return EXPECTED_CALIBRATION_ERROR.value(y_true, p, bins, **options)


TOP_LABEL_CALIBRATION_ERROR = LossSpec(
    name="top_label_calibration_error",
    aliases=("top_label_ece",),
    family="metrics",
    summary="Calibration error of the largest probability of each row as the chance that its class is right.",
    latex=r"\sum_{b=1}^{B} \frac{n_b}{N} \left|\operatorname{acc}_b - \operatorname{conf}_b\right|",
    references=_REFERENCES,
    parameters=(
        Parameter("y_true", "target", "class_index", "row", dtype="int64"),
        Parameter("p", "prediction", "simplex", "rows"),
        _BINS,
    ),
    options=_OPTIONS,
    gives="metric",
    terms=_top_label,
    slopes={},
    bounds=(0.0, 1.0),
)


def top_label_calibration_error(y_true: Any, p: Any, bins: int = 10, **options: Any) -> Any:
    """Compare the largest probability of each row with how often its class is right, in bins of equal width.

    Parameters
    ----------
    y_true : array_like of int, shape (N,)
        Class indices from 0.
    p : array_like of distributions, shape (N, C)
    bins : int, from 1
    **options
        As for `expected_calibration_error`; `batch=False` for one row.

    Returns
    -------
    numpy floating scalar

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torchmetrics.classification.MulticlassCalibrationError is right_closed and has 15 bins.

    Examples
    --------
    >>> print(top_label_calibration_error([0, 1], [[0.8, 0.2], [0.7, 0.3]], bins=5).round(6))
    0.45
    """
    return TOP_LABEL_CALIBRATION_ERROR.value(y_true, p, bins, **options)


SPECS = (EXPECTED_CALIBRATION_ERROR, TOP_LABEL_CALIBRATION_ERROR)
