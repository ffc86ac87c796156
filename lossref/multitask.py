"""Losses that join several: a teacher's and the labels', a fit and its evidence, one task's and another's."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from lossref._doubled import add, dot, scale, two_product, two_sum, wide, wide_dot
from lossref._gamma import digamma, doubled_digamma, log_gamma, trigamma
from lossref._numerics import Array, ShiftedRows, times_or_zero
from lossref._sums import row_sums
from lossref.spec import LossSpec, Parameter

Interval = tuple[Array, Array]
Indices = npt.NDArray[np.intp]


def _onehot(y: Indices, like: Array) -> Array:
    rows: Array = (np.arange(len(like))[:, None] == y).astype(like.dtype)
    return rows


def _softened(z: Array, temperature: float) -> tuple[ShiftedRows, Array]:
    """Rows of z/T with the low part of (z − max z)/T in their exponentials, where its rounding would be an error."""
    high, low = two_sum(z, -z.max(axis=0) + np.zeros_like(z))
    shifted = high / temperature
    product, lost = two_product(shifted, np.full_like(z, temperature))
    low = ((high - product) - lost + low) / temperature
    rows = ShiftedRows.of(shifted)
    corrections = rows.exponentials * low
    rest = rows.rest + row_sums(corrections * ~rows.top)
    return dataclasses.replace(rows, exponentials=rows.exponentials + corrections, rest=rest), low


def _log_of_quotient(a: Array, b: Array, difference: Array) -> Array:
    """Give log(a/b), near a = b by log1p of (a − b)/b."""
    near = difference / b
    is_near = np.abs(near) < 0.5
    return np.where(is_near, np.log1p(np.where(is_near, near, 0.0)), np.log(a / b))


def _distillation(
    y: Indices, student: Array, teacher: Array, temperature: float, alpha: float, *, temperature_squared: bool
) -> Array:
    soft = alpha * (temperature**2 if temperature_squared else 1.0)
    surprise = ShiftedRows.of(student).negative_log_softmax()[y, np.arange(len(y))]
    (taught, _), (learned, _) = _softened(teacher, temperature), _softened(student, temperature)
    # Σ p (log p − log q) with the logarithms of both normalizers taken out of the sum, since Σ p = 1.
    of_logits = dot(taught.exponentials, taught.shifted - learned.shifted) / (1.0 + taught.rest)
    divergence = of_logits + _log_of_quotient(1.0 + learned.rest, 1.0 + taught.rest, learned.rest - taught.rest)
    return soft * divergence + (1.0 - alpha) * surprise


def _distillation_slope_student(
    y: Indices, student: Array, teacher: Array, temperature: float, alpha: float, *, temperature_squared: bool
) -> Interval:
    soft = alpha * (temperature if temperature_squared else 1.0 / temperature)
    taught, learned, rows = (
        _softened(*at)[0] for at in ((teacher, temperature), (student, temperature), (student, 1.0))
    )
    to_label = np.where(_onehot(y, student) > 0.0, -rows.complement(), rows.softmax())
    slope = soft * (learned.softmax() - taught.softmax()) + (1.0 - alpha) * to_label
    return slope, slope


def _far_shares(rows: ShiftedRows, low: Array, factor: Array) -> Array:
    """Multiply a factor by e^s where that underflows, by halves; 0 elsewhere."""
    root = np.exp(0.5 * rows.shifted)
    far = root * (root * factor)
    return np.where(rows.shifted < -600.0, far + far * low, 0.0)


def _distillation_slope_teacher(
    _: Indices, student: Array, teacher: Array, temperature: float, alpha: float, *, temperature_squared: bool
) -> Interval:
    soft = alpha if temperature_squared else alpha / temperature**2
    # p (r − Σ p r), the ratios r taken from that of the likeliest class: there 1 − p would cancel.
    top = teacher.argmax(axis=0)[None]
    of_teacher = two_sum(teacher, -np.take_along_axis(teacher, top, axis=0) + np.zeros_like(teacher))
    of_student = two_sum(np.take_along_axis(student, top, axis=0) + np.zeros_like(student), -student)
    from_top, rest_of_it = add(of_teacher, of_student)
    rows, low = _softened(teacher, temperature)
    near = np.where(rows.shifted < -600.0, 0.0, rows.exponentials)
    total = 1.0 + wide(rows.rest)  # what all entries of a row share is rounded once
    share = (soft / total).astype(near.dtype)
    mean = (wide_dot(near, from_top) + row_sums(_far_shares(rows, low, from_top))) / total
    high, lost = two_sum(from_top, -mean.astype(near.dtype))
    from_mean = high + (lost + rest_of_it)
    slope: Array = share * (near * from_mean) + _far_shares(rows, low, share * from_mean)
    return slope, slope


def _logits(name: str, role: Any) -> Parameter:
    return Parameter(name, role, "logits", "rows", plausible=(-4.0, 4.0))


DISTILLATION = LossSpec(
    name="distillation",
    aliases=("knowledge_distillation",),
    family="multitask",
    summary="Divergence from a teacher's softened probabilities, mixed with the cross-entropy of the labels.",
    latex=(
        r"\alpha\, T^2 \sum_k p_k \log \frac{p_k}{q_k} - (1 - \alpha) \log \operatorname{softmax}(s)_y,"
        r" \quad p = \operatorname{softmax}(t / T),\; q = \operatorname{softmax}(s / T)"
    ),
    references=("G. Hinton, O. Vinyals and J. Dean, Distilling the knowledge in a neural network, 2015",),
    parameters=(
        Parameter("y_true", "target", "class_index", "row", dtype="int64"),
        _logits("student", "prediction"),
        _logits("teacher", "input"),
        Parameter("temperature", "hyper", "positive", "scalar", default=2.0, plausible=(1.0, 5.0)),
        Parameter("alpha", "hyper", "probability", "scalar", default=0.5, plausible=(0.1, 0.9)),
    ),
    properties=frozenset(
        {"non_negative", "convex_in_prediction", "permutation_invariant", "logit_shift_invariant"},
    ),
    options={"temperature_squared": (True, False)},
    bounds=(0.0, math.inf),
    convex_in=("student",),
    link="softmax",
    guards={"student": "softmax"},
    terms=_distillation,
    slopes={"student": _distillation_slope_student, "teacher": _distillation_slope_teacher},
)


def distillation(
    y_true: Any, student: Any, teacher: Any, temperature: float = 2.0, alpha: float = 0.5, **options: Any
) -> Any:
    """Mean over rows of alpha · T² · KL(softmax(teacher/T) ‖ softmax(student/T)) + (1 − alpha) · cross-entropy.

    Parameters
    ----------
    y_true : array_like of shape (N,), integer class indices from 0 to C − 1
    student, teacher : array_like of shape (N, C), logits
    temperature : float above 0
    alpha : float in [0, 1]
        Share of the teacher.
    **options
        As for `LossSpec.value`; `temperature_squared=False` leaves T² out, which keeps the gradients of the teacher's
        part of the same size whatever the temperature.

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    G. Hinton, O. Vinyals and J. Dean, 2015, section 2.

    Examples
    --------
    >>> print(distillation([0], [[0.0, 0.0]], [[0.0, 0.0]]).round(6))
    0.346574
    """
    return DISTILLATION.value(y_true, student, teacher, temperature, alpha, **options)


def _evidential(y: Array, evidence: Array, annealing: float, *, variant: str) -> Array:
    alpha = evidence + 1.0
    strength = row_sums(alpha)
    if variant == "mse":
        fit = _squared_fit(y, evidence)
    elif variant == "digamma":
        fit = row_sums(y * (digamma(strength) - digamma(alpha)))
    else:
        fit = row_sums(y * np.log(strength / alpha))
    loss: Array = fit + annealing * _to_uniform(y + (1.0 - y) * alpha) if annealing else fit
    return loss


def _squared_fit(y: Array, evidence: Array) -> Array:
    # So many roundings of so few numbers: in the next wider float that the machine has.
    wide = evidence.astype(np.longdouble) + 1.0
    total = wide.sum(axis=0)
    wide /= total
    variance = (wide * (1.0 - wide)).sum(axis=0) / (total + 1.0)
    wide -= y
    wide *= wide
    fit: Array = (wide.sum(axis=0) + variance).astype(y.dtype)
    return fit


def _to_uniform(alpha: Array) -> Array:
    """KL(Dir(alpha) ‖ Dir(1)), with the sums to twice the digits."""
    strength: Array = alpha[0]
    lost: Array = np.zeros_like(strength)
    for entry in alpha[1:]:
        strength, error = two_sum(strength, entry)
        lost += error
    high, low = doubled_digamma(strength)
    means = add(doubled_digamma(alpha), (-high + np.zeros_like(alpha), -low - trigamma(strength) * lost))
    products, errors = scale(means, alpha - 1.0)
    # All addends may be of one size, far above their sum: what the sum of them rounds off is kept.
    divergence = log_gamma(strength)
    lost = high * lost - math.lgamma(len(alpha)) + row_sums(errors)
    for addend in (*(-log_gamma(alpha)), *products):
        divergence, error = two_sum(divergence, addend)
        lost += error
    return divergence + lost


def _to_uniform_slope(alpha: Array) -> Array:
    strength = row_sums(alpha)
    return (alpha - 1.0) * trigamma(alpha) - row_sums(alpha - 1.0) * trigamma(strength)


def _evidential_slope(y: Array, evidence: Array, annealing: float, *, variant: str) -> Interval:
    alpha = evidence + 1.0
    strength = row_sums(alpha)
    if variant == "mse":
        slope = _squared_fit_slope(y, alpha / strength, strength)
    elif variant == "digamma":
        slope = row_sums(y) * trigamma(strength) - y * trigamma(alpha)
    else:
        slope = row_sums(y) / strength - y / alpha
    if annealing:
        slope = slope + annealing * (1.0 - y) * _to_uniform_slope(y + (1.0 - y) * alpha)
    return slope, slope


def _squared_fit_slope(y: Array, p: Array, strength: Array) -> Array:
    e = p - y
    of_squares = 2.0 * (e - row_sums(e * p)) / strength
    of_variance = -2.0 * (p - row_sums(p * p)) / (strength * (strength + 1.0))
    return of_squares + of_variance - row_sums(p * (1.0 - p)) / (strength + 1.0) ** 2


EVIDENTIAL = LossSpec(
    name="evidential",
    family="multitask",
    summary="Expected squared error under a Dirichlet of the evidence, plus an annealed divergence from no evidence.",
    latex=(
        r"\sum_k (y_k - p_k)^2 + \frac{p_k (1 - p_k)}{S + 1}"
        r" + \lambda\, \mathrm{KL}\left(\mathrm{Dir}(\tilde\alpha) \,\|\, \mathrm{Dir}(1)\right),"
        r" \quad p = \alpha / S,\; \alpha = e + 1"
    ),
    references=("M. Sensoy, L. Kaplan and M. Kandemir, Evidential deep learning, NeurIPS 31, 2018",),
    parameters=(
        Parameter("y_true", "target", "onehot", "rows", dtype="int64"),
        Parameter("evidence", "prediction", "nonnegative", "rows", plausible=(0.1, 20.0)),
        Parameter("annealing", "hyper", "probability", "scalar", default=1.0, plausible=(0.1, 1.0)),
    ),
    properties=frozenset({"non_negative", "permutation_invariant"}),
    options={"variant": ("mse", "digamma", "log")},
    bounds=(0.0, math.inf),
    guards={"evidence": "itself"},
    terms=_evidential,
    slopes={"evidence": _evidential_slope},
)


def evidential(y_true: Any, evidence: Any, annealing: float = 1.0, **options: Any) -> Any:
    """Mean over rows of the expected loss under Dir(evidence + 1), plus annealing · KL to the uniform Dirichlet.

    Parameters
    ----------
    y_true : array_like of shape (N, C), one-hot
    evidence : array_like of shape (N, C), numbers that are not negative
        The concentrations of the Dirichlet are evidence + 1.
    annealing : float in [0, 1]
        Weight of the divergence, raised from 0 to 1 in the course of training.
    **options
        As for `LossSpec.value`; `variant` mse (default), digamma (the expected cross-entropy) or log (the
        cross-entropy of the expected probabilities).

    Returns
    -------
    numpy floating scalar, or ndarray of shape (N,) for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    Notes
    -----
    The divergence is that of y + (1 − y) · (evidence + 1): evidence for the true class is free.

    References
    ----------
    M. Sensoy, L. Kaplan and M. Kandemir, NeurIPS 2018, equations 3 to 5 and section 4.

    Examples
    --------
    >>> print(evidential([[1, 0]], [[0.0, 0.0]]).round(6), evidential([[1, 0]], [[0.0, 0.0]], variant="digamma"))
    0.666667 1.0
    """
    return EVIDENTIAL.value(y_true, evidence, annealing, **options)


# Factors of e^−s·L and of s.
_FORMS = {"regression": (0.5, 0.5), "classification": (1.0, 0.5), "plain": (1.0, 1.0)}


def _over_variance(losses: Array, log_variances: Array, factor: float) -> Array:
    """Give factor · loss · e^−s, by halves, since e^−s may overflow alone."""
    root = np.exp(-0.5 * log_variances)
    return times_or_zero(times_or_zero(losses, root), factor * root)


def _weighting(losses: Array, log_variances: Array, *, form: str) -> Array:
    of_loss, of_variance = _FORMS[form]
    return _over_variance(losses, log_variances, of_loss) + of_variance * log_variances


def _weighting_slope_losses(losses: Array, log_variances: Array, *, form: str) -> Interval:
    slope = _over_variance(np.ones_like(losses), log_variances, _FORMS[form][0])
    return slope, slope


def _weighting_slope_variances(losses: Array, log_variances: Array, *, form: str) -> Interval:
    of_loss, of_variance = _FORMS[form]
    slope = of_variance - _over_variance(losses, log_variances, of_loss)
    return slope, slope


def _weighting_curvature_losses(losses: Array, _: Array, **__: Any) -> Array:
    return np.zeros_like(losses)


def _weighting_curvature_variances(losses: Array, log_variances: Array, *, form: str) -> Array:
    return _over_variance(losses, log_variances, _FORMS[form][0])


UNCERTAINTY_WEIGHTING = LossSpec(
    name="uncertainty_weighting",
    aliases=("kendall",),
    family="multitask",
    summary="Sum of the losses of several tasks, each over a learned variance, with the variances' own price.",
    latex=r"\sum_i \tfrac12 e^{-s_i} L_i + \tfrac12 s_i, \quad s_i = \log \sigma_i^2",
    references=("A. Kendall, Y. Gal and R. Cipolla, Multi-task learning using uncertainty, CVPR 2018",),
    parameters=(
        Parameter("losses", "target", "nonnegative", plausible=(0.1, 4.0)),
        Parameter("log_variances", "prediction", "real", plausible=(-2.0, 2.0)),
    ),
    properties=frozenset({"convex_in_prediction", "permutation_invariant"}),
    options={
        "reduction": ("sum", "mean", "none", "batchmean", "mean_by_weight"),
        "form": tuple(_FORMS),
    },
    bounds=(-math.inf, math.inf),
    convex_in=("losses", "log_variances"),
    minimizer="log of the expected loss",
    link="log",
    terms=_weighting,
    slopes={"log_variances": _weighting_slope_variances, "losses": _weighting_slope_losses},
    curvatures={"log_variances": _weighting_curvature_variances, "losses": _weighting_curvature_losses},
)


def uncertainty_weighting(losses: Any, log_variances: Any, **options: Any) -> Any:
    """Sum over tasks of e^−s · loss/2 + s/2, s the log of the task's variance.

    Parameters
    ----------
    losses : array_like of numbers that are not negative, one for each task
    log_variances : array_like of finite real numbers, the same shape
        log σ², not log σ.
    **options
        `reduction` sum (default) and the others of `LossSpec.value`; `form` regression (default), classification:
        e^−s · loss + s/2, or plain: e^−s · loss + s.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    A. Kendall, Y. Gal and R. Cipolla, CVPR 2018, equations 7 and 10.

    Examples
    --------
    >>> print(uncertainty_weighting([2.0, 4.0], [0.0, 0.0]))
    3.0
    """
    return UNCERTAINTY_WEIGHTING.value(losses, log_variances, **options)


SPECS = (DISTILLATION, EVIDENTIAL, UNCERTAINTY_WEIGHTING)
