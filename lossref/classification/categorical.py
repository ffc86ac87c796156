"""Cross-entropies of many classes, of labels as rows: one-hot or soft, from probabilities or logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref._numerics import Array, Logs, ShiftedRows, times_or_zero
from lossref._sums import row_sums, total
from lossref.classification._shared import (
    FITS,
    FROM_PROBABILITIES,
    LABEL_ROWS,
    LOG_BASE,
    P_ROWS,
    POSTERIOR,
    PROPER,
    PROPERTIES,
    SHIFTS,
    SMOOTHING,
    UNBOUNDED,
    Z_ROWS,
    class_weighted,
    mass_of_rows,
    smoothed,
)
from lossref.classification.binary import no_curvature, times_square
from lossref.spec import LossSpec, Peer

_WEIGHTS = Array | None


def _terms(y: Array, p: Array, smoothing: float, logs: Logs, class_weights: _WEIGHTS) -> Array:
    labels = class_weighted(smoothed(y, smoothing), class_weights)
    return row_sums(times_or_zero(labels, logs.surprise(p)))


def _slope(y: Array, p: Array, smoothing: float, logs: Logs, class_weights: _WEIGHTS) -> tuple[Array, Array]:
    labels = class_weighted(smoothed(y, smoothing), class_weights)
    return logs.slope(p, labels)


def _slope_target(_: Array, p: Array, smoothing: float, logs: Logs, class_weights: _WEIGHTS) -> tuple[Array, Array]:
    shares = class_weighted(np.full_like(p, 1.0 - smoothing), class_weights)
    slope = times_or_zero(shares, logs.surprise(p))
    return slope, slope


def _curvature(y: Array, p: Array, smoothing: float, logs: Logs, class_weights: _WEIGHTS) -> Array:
    # The second derivative of −log is the square of the first; beyond a clamp both are 0.
    labels = class_weighted(smoothed(y, smoothing), class_weights)
    return times_square(labels, logs.slope(p)[1])


CATEGORICAL_CROSS_ENTROPY = LossSpec(
    name="categorical_cross_entropy",
    aliases=("cce",),
    family="classification",
    summary="Negative log-likelihood of one-hot (or soft) labels under class probabilities.",
    latex=r"-\sum_{k=1}^{C} y_k \log p_k",
    references=(
        "I. J. Good, Rational decisions, J. R. Stat. Soc. B 14, 1952",
        "C. Szegedy et al., Rethinking the Inception architecture, CVPR 2016 (label smoothing)",
    ),
    parameters=(LABEL_ROWS, P_ROWS, SMOOTHING),
    properties=PROPERTIES | FITS | PROPER,
    options=FROM_PROBABILITIES,
    guards={"p": "itself"},
    entrywise=True,
    terms=_terms,
    slopes={"p": _slope, "y_true": _slope_target},
    curvatures={"p": _curvature, "y_true": no_curvature},
    class_mass=mass_of_rows,
    convex_in=("p", "y_true"),
    bounds=UNBOUNDED,
    minimizer=POSTERIOR,
    link="softmax",
    peers=(
        Peer(
            "keras.losses.CategoricalCrossentropy",
            {"y_true": "y_true", "y_pred": "p", "label_smoothing": "label_smoothing"},
            {"eps_policy": "clip"},
            "rescales rows of p that do not sum to 1, then clips by 1e−7",
        ),
    ),
)


def categorical_cross_entropy(y_true: Any, p: Any, label_smoothing: float = 0.0, **options: Any) -> Any:
    """Mean over rows of −Σ w_k y_k log p_k; the class weights w are 1 unless given.

    Parameters
    ----------
    y_true : array_like of shape (N, C), one-hot or soft labels; each row sums to 1
    p : array_like of shape (N, C), class probabilities; each row sums to 1
    label_smoothing : float in [0, 1]
        The labels become (1 − a) y + a/C.
    **options
        As for `LossSpec.value`; `log_base`, `eps_policy` and `eps` as for `binary_cross_entropy`;
        `class_weights`, one for each class: reduction mean divides by the number of rows all the same,
        mean_by_weight by the sum of the rows' weights Σ w_k y_k.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    keras.losses.CategoricalCrossentropy (which rescales rows of p that do not sum to 1), sklearn.metrics.log_loss.

    Examples
    --------
    >>> print(categorical_cross_entropy([[1, 0], [0, 1]], [[0.5, 0.5], [0.75, 0.25]], log_base=2))
    1.5
    """
    return CATEGORICAL_CROSS_ENTROPY.value(y_true, p, label_smoothing, **options)


def softmax_cross_entropy(labels: Array, rows: ShiftedRows, sums: Array | None = None) -> Array:
    """Σ a_k (log Σ e^z − z_k) for labels a of any sum: two sums of terms that are never negative."""
    sums = row_sums(labels) if sums is None else sums
    return sums * np.log1p(rows.rest) - row_sums(times_or_zero(labels, rows.shifted))


def softmax_less(labels: Array, rows: ShiftedRows, sums: Array | None = None) -> Array:
    """A·softmax − a for labels a of sum A; by 1 − softmax where the likeliest class is the label's."""
    # There the softmax may round to 1. Elsewhere A − a would bring a number of the size of A into the difference.
    sums = row_sums(labels) if sums is None else sums
    share = sums / (1.0 + rows.rest)
    agreed = rows.top & (2.0 * labels > sums)
    return np.where(agreed, (sums - labels) - share * rows.rest, share * rows.exponentials - labels)


def _counted(y: Array, smoothing: float, class_weights: _WEIGHTS) -> tuple[Array, Array]:
    """Labels as they count, and their sum: of smoothed ones (1 − s) Σ y + s, without the rounding of each."""
    labels = class_weighted(smoothed(y, smoothing), class_weights)
    if smoothing == 0.0 or class_weights is not None:
        return labels, row_sums(labels)
    return labels, (1.0 - smoothing) * row_sums(y) + smoothing


def _terms_of_logits(y: Array, z: Array, smoothing: float, class_weights: _WEIGHTS) -> Array:
    labels, sums = _counted(y, smoothing, class_weights)
    return softmax_cross_entropy(labels, ShiftedRows.of(z), sums)


def _slope_of_logits(y: Array, z: Array, smoothing: float, class_weights: _WEIGHTS) -> tuple[Array, Array]:
    labels, sums = _counted(y, smoothing, class_weights)
    slope = softmax_less(labels, ShiftedRows.of(z), sums)
    return slope, slope


def _fused_of_logits(y: Array, z: Array, smoothing: float, class_weights: _WEIGHTS) -> tuple[float, Array, Array]:
    (labels, sums), rows = _counted(y, smoothing, class_weights), ShiftedRows.of(z)
    slope = softmax_less(labels, rows, sums)
    return total(softmax_cross_entropy(labels, rows, sums)), slope, slope


def _slope_target_of_logits(_: Array, z: Array, smoothing: float, class_weights: _WEIGHTS) -> tuple[Array, Array]:
    losses = ShiftedRows.of(z).negative_log_softmax()
    slope = times_or_zero(class_weighted(np.full_like(losses, 1.0 - smoothing), class_weights), losses)
    return slope, slope


def _curvature_of_logits(y: Array, z: Array, smoothing: float, class_weights: _WEIGHTS) -> Array:
    rows = ShiftedRows.of(z)
    total = row_sums(class_weighted(smoothed(y, smoothing), class_weights))
    return total * rows.softmax() * rows.complement()


CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS = LossSpec(
    name="categorical_cross_entropy_with_logits",
    aliases=("cce_with_logits", "softmax_cross_entropy"),
    family="classification",
    summary="Categorical cross-entropy of p = softmax(z), computed from the logits z.",
    latex=r"\log \sum_{j=1}^{C} e^{z_j} - \sum_{k=1}^{C} y_k z_k",
    references=(
        "J. S. Bridle, Training stochastic model recognition algorithms as networks, NIPS 2, 1989",
        "C. Szegedy et al., Rethinking the Inception architecture, CVPR 2016 (label smoothing)",
    ),
    parameters=(LABEL_ROWS, Z_ROWS, SMOOTHING),
    properties=PROPERTIES | SHIFTS,
    options=LOG_BASE,
    guards={"z": "softmax"},
    told=("z",),
    terms=_terms_of_logits,
    slopes={"z": _slope_of_logits, "y_true": _slope_target_of_logits},
    curvatures={"z": _curvature_of_logits, "y_true": no_curvature},
    fused={"z": _fused_of_logits},
    class_mass=mass_of_rows,
    convex_in=("z", "y_true"),
    bounds=UNBOUNDED,
    lipschitz=2.0**0.5,
    minimizer="logarithms of the conditional class probabilities, up to a constant",
    link="identity",
    peers=(
        Peer(
            "torch.nn.functional.cross_entropy",
            {"input": "z", "target": "y_true", "label_smoothing": "label_smoothing"},
            note="classes on axis 1; a class weight leaves the mean over rows with labels as rows, and divides by "
            "the weights of the rows with labels as indices",
        ),
        Peer("optax.losses.softmax_cross_entropy", {"logits": "z", "labels": "y_true"}, {"reduction": "none"}),
        Peer("optax.losses.safe_softmax_cross_entropy", {"logits": "z", "labels": "y_true"}, {"reduction": "none"}),
    ),
)


def categorical_cross_entropy_with_logits(y_true: Any, z: Any, label_smoothing: float = 0.0, **options: Any) -> Any:
    """Mean over rows of log Σ e^{z_j} − Σ y_k z_k, the cross-entropy of p = softmax(z).

    Parameters
    ----------
    y_true : array_like of shape (N, C), one-hot or soft labels; each row sums to 1
    z : array_like of shape (N, C), logits; −inf marks an impossible class
    label_smoothing : float in [0, 1]
        The labels become (1 − a) y + a/C.
    **options
        As for `LossSpec.value`; `log_base` e (default), 2 or 10; `class_weights` as for `categorical_cross_entropy`.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.cross_entropy (class axis 1), keras.losses.CategoricalCrossentropy(from_logits=True),
    optax.losses.softmax_cross_entropy (the terms).

    Examples
    --------
    >>> print(categorical_cross_entropy_with_logits([[0, 1]], [[1000.0, 0.0]]))
    1000.0
    """
    return CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS.value(y_true, z, label_smoothing, **options)


SPECS = (CATEGORICAL_CROSS_ENTROPY, CATEGORICAL_CROSS_ENTROPY_WITH_LOGITS)
