"""keras' losses of probabilities, logits and regions."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._keras_shared import EPSILON, as_dtype, axes, floatx, keras_loss, mean, narrow, pair, same_shape
from lossref.errors import ShapeError

Axis = int | tuple[int, ...] | None
_LOWEST_PRODUCT = 1e-12


@keras_loss("KLDivergence")
def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    truth, prediction = (tape.clip(x, EPSILON, 1.0) for x in pair(y_true, y_pred))
    return tape.sum(truth * tape.log(truth / prediction), axis=-1)


@keras_loss("BinaryCrossentropy")
def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    truth, prediction = _smoothed_binary(*pair(y_true, y_pred), label_smoothing)
    return mean(_binary_terms(truth, prediction, from_logits), axis)


@keras_loss("BinaryFocalCrossentropy")
def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    truth, prediction = _smoothed_binary(*pair(y_true, y_pred), label_smoothing)
    if from_logits:
        prediction = _sigmoid(prediction)
    agreement = truth * prediction + (1.0 - truth) * (1.0 - prediction)
    terms = (1.0 - agreement) ** gamma * _binary_terms(truth, prediction, from_logits=False)
    if apply_class_balancing:
        terms = (truth * alpha + (1.0 - truth) * (1.0 - alpha)) * terms
    return mean(terms, axis)


def _smoothed_binary(truth: Any, prediction: Any, smoothing: float) -> tuple[Any, Any]:
    return (truth * (1.0 - smoothing) + 0.5 * smoothing if smoothing else truth), prediction


def _sigmoid(x: Any) -> Any:
    """σ with torch's slope, σ (1 − σ), which loses the far right tail."""
    value = tape.plain(tape.sigmoid(x))
    return tape.primitive(value, (x, lambda g: g * ((1.0 - value) * value)))


def _binary_terms(truth: Any, prediction: Any, from_logits: bool) -> Any:
    same_shape(truth, prediction)
    if from_logits:
        return (1.0 - truth) * prediction + tape.softplus(-prediction)
    # The slope, (p − y) / (p (1 − p)), has torch's bound on its denominator.
    clipped = tape.clip(prediction, EPSILON, 1.0 - EPSILON)
    p, y = tape.plain(clipped), tape.plain(truth)
    log_p, log_complement = np.log(p), np.log1p(-p)
    return tape.primitive(
        (y - 1.0) * log_complement - y * log_p,
        (clipped, lambda g: g * (p - y) / np.maximum((1.0 - p) * p, _LOWEST_PRODUCT)),
        (truth, lambda g: g * (log_complement - log_p)),
    )


@keras_loss("CategoricalCrossentropy")
def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    truth, prediction = _smoothed(*pair(y_true, y_pred), label_smoothing, axis)
    return _cross_entropy(truth, prediction, from_logits, axis)


@keras_loss("CategoricalFocalCrossentropy")
def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    truth, prediction = _smoothed(*pair(y_true, y_pred), label_smoothing, axis)
    p = _probabilities(tape.softmax(prediction, axis) if from_logits else prediction, axis)
    weight = alpha if isinstance(alpha, int | float) else as_dtype(narrow(alpha), p.dtype)
    return tape.sum((1.0 - p) ** gamma * weight * (-truth * tape.log(p)), axis=axis)


def _smoothed(truth: Any, prediction: Any, smoothing: float, axis: int) -> tuple[Any, Any]:
    if not smoothing:
        return truth, prediction
    return truth * (1.0 - smoothing) + smoothing / truth.shape[axis], prediction


def _probabilities(p: Any, axis: int) -> Any:
    """Divided by their sum, then clipped to [ε, 1 − ε]."""
    return tape.clip(p / tape.sum(p, axis=axis, keepdims=True), EPSILON, 1.0 - EPSILON)


def _cross_entropy(truth: Any, prediction: Any, from_logits: bool, axis: int) -> Any:
    same_shape(truth, prediction)
    logs = tape.log_softmax(prediction, axis) if from_logits else tape.log(_probabilities(prediction, axis))
    return -tape.sum(truth * logs, axis=axis)


@keras_loss("SparseCategoricalCrossentropy")
def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> Any:
    prediction = as_dtype(y_pred, floatx(y_pred))
    labels = np.asarray(tape.plain(y_true)).astype(np.int64)
    if labels.ndim == prediction.ndim and labels.shape[-1] == 1:
        labels = labels[..., 0]
    _check_labels(labels, prediction, axis)
    if ignore_class is None:
        return _cross_entropy(_one_hot(labels, prediction, axis), prediction, from_logits, axis)
    counted = labels != ignore_class
    truth = _one_hot(np.where(counted, labels, 0), prediction, axis)
    prediction = tape.where(np.expand_dims(counted, axis), prediction, 1.0)  # what is ignored may be NaN
    return tape.where(counted, _cross_entropy(truth, prediction, from_logits, axis), 0.0), counted


def _check_labels(labels: Any, prediction: Any, axis: int) -> None:
    rest = tuple(n for i, n in enumerate(prediction.shape) if i != axis % prediction.ndim)
    if labels.shape != rest:
        raise ShapeError(f"y_true must have the shape {rest}, that of y_pred without axis; it has {labels.shape}")


def _one_hot(labels: Any, prediction: Any, axis: int) -> Any:
    """Rows of 0 with a 1 at the label; all 0 where the label is no class."""
    classes = np.arange(prediction.shape[axis])
    return np.moveaxis(labels[..., None] == classes, -1, axis).astype(prediction.dtype)


@keras_loss("CategoricalGeneralizedCrossEntropy", q=0.5)
def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> Any:
    prediction = as_dtype(y_pred, floatx(y_pred))
    labels = np.asarray(tape.plain(y_true)).astype(np.int64)
    own = tape.sum(_one_hot(labels, prediction, -1) * prediction, axis=-1)
    return (1.0 - own**q) / q


@keras_loss("Dice")
def dice(y_true: Any, y_pred: Any, axis: Axis = None) -> Any:
    truth, prediction, axis = *pair(y_true, y_pred), axes(axis)
    shared = tape.sum(truth * prediction, axis=axis)
    whole = tape.sum(truth, axis=axis) + tape.sum(prediction, axis=axis) + EPSILON
    return 1.0 - 2.0 * shared / whole


@keras_loss("Tversky")
def tversky(
    y_true: Any, y_pred: Any, alpha: float = 0.5, beta: float = 0.5, axis: Axis = None, keras_version: str = "3.16"
) -> Any:
    """Weigh false positives by alpha and false negatives by beta; before keras 3.16 it was the other way round."""
    truth, prediction, axis = *pair(y_true, y_pred), axes(axis)
    if tuple(int(part) for part in keras_version.split(".")[:2]) < (3, 16):
        alpha, beta = beta, alpha
    shared = tape.sum(truth * prediction, axis=axis)
    false_positive = tape.sum((1.0 - truth) * prediction, axis=axis)
    false_negative = tape.sum(truth * (1.0 - prediction), axis=axis)
    return 1.0 - shared / (shared + alpha * false_positive + beta * false_negative + EPSILON)


@keras_loss("Circle")
def circle(
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: bool = True,
    gamma: float = 80.0,
    margin: float = 0.4,
) -> Any:
    embeddings = narrow(as_dtype(y_pred, floatx(y_pred)))
    labels = np.asarray(tape.plain(y_true)).astype(np.int32).reshape(-1)
    others = embeddings if ref_embeddings is None else narrow(as_dtype(ref_embeddings, np.float64))
    other_labels = labels if ref_labels is None else np.asarray(ref_labels).astype(np.int32).reshape(-1)
    distances = tape.maximum(1.0 - embeddings @ tape.transpose(others), np.float32(0.0))
    alike = labels[:, None] == other_labels[None, :]
    unlike = ~alike
    if remove_diagonal:
        alike = alike & (np.eye(*alike.shape) == 0.0)
    near = gamma * tape.maximum(distances + margin, 0.0) * (distances - margin)
    far = -gamma * tape.maximum(1.0 + margin - distances, 0.0) * (distances - (1.0 - margin))
    both = _log_sum(near, alike) + _log_sum(far, unlike)
    values = tape.softplus(both)
    return values, tape.plain(values) > 0.0


def _log_sum(exponents: Any, counted: Any) -> Any:
    return tape.logsumexp(tape.where(counted, exponents, -np.inf), axis=1)
