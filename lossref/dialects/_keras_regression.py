"""keras' losses of real targets and of margins."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._keras_shared import EPSILON, as_dtype, floatx, keras_loss, mean, narrow, pair


@keras_loss("MeanSquaredError")
def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    truth, prediction = pair(y_true, y_pred)
    return mean((truth - prediction) ** 2.0)


@keras_loss("MeanAbsoluteError")
def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    truth, prediction = pair(y_true, y_pred)
    return mean(tape.absolute(truth - prediction))


@keras_loss("MeanAbsolutePercentageError")
def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    truth, prediction = pair(y_true, y_pred)
    scale = _at_least(tape.absolute(truth), EPSILON)
    return 100.0 * mean(tape.absolute((truth - prediction) / scale))


@keras_loss("MeanSquaredLogarithmicError")
def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    truth, prediction = pair(y_true, y_pred)
    first, second = (tape.log(_at_least(x, EPSILON) + 1.0) for x in (prediction, truth))
    return mean((first - second) ** 2.0)


@keras_loss("CosineSimilarity")
def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    truth, prediction = pair(y_true, y_pred)
    return -tape.sum(_normalized(truth, axis) * _normalized(prediction, axis), axis=axis)


def _normalized(x: Any, axis: int) -> Any:
    """Divide x by √max(Σ x², ε²)."""
    return x * _reciprocal_root(_at_least(tape.sum(x * x, axis=axis, keepdims=True), EPSILON * EPSILON))


def _reciprocal_root(x: Any) -> Any:
    """1 / √x, rounded after the root and after the division; its slope is −½ (1 / √x)³."""
    value = 1.0 / np.sqrt(tape.plain(x))
    return tape.primitive(value, (x, lambda g: -0.5 * g * (value * value * value)))


@keras_loss("Huber")
def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    truth, prediction = pair(y_true, y_pred)
    error = prediction - truth
    size = tape.absolute(error)
    return mean(tape.where(size <= delta, 0.5 * error**2.0, delta * size - 0.5 * delta**2))


@keras_loss("LogCosh")
def log_cosh(y_true: Any, y_pred: Any) -> Any:
    truth, prediction = pair(y_true, y_pred)
    error = prediction - truth
    return mean(error + tape.softplus(-2.0 * error) - math.log(2.0))


@keras_loss("Poisson")
def poisson(y_true: Any, y_pred: Any) -> Any:
    truth, prediction = pair(y_true, y_pred)
    return mean(prediction - truth * tape.log(prediction + EPSILON))


@keras_loss("Hinge")
def hinge(y_true: Any, y_pred: Any) -> Any:
    return mean(_shortfall(y_true, y_pred))


@keras_loss("SquaredHinge")
def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    return mean(_shortfall(y_true, y_pred) ** 2.0)


def _shortfall(y_true: Any, y_pred: Any) -> Any:
    truth, score = pair(as_dtype(y_true, floatx(y_pred)), y_pred)
    return _at_least(1.0 - _plus_minus_one(truth) * score, 0.0)


def _plus_minus_one(truth: Any) -> Any:
    """Labels 0 and 1 as −1 and 1, but only if all labels are 0 or 1."""
    plain = tape.plain(truth)
    return 2.0 * truth - 1.0 if ((plain == 0.0) | (plain == 1.0)).all() else truth


@keras_loss("CategoricalHinge")
def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    truth, score = pair(y_true, y_pred)
    own = tape.sum(truth * score, axis=-1)
    others = tape.amax((1.0 - truth) * score, axis=-1)
    return _at_least(others - own + 1.0, 0.0)


def _at_least(x: Any, bound: float) -> Any:
    """max(x, bound) in float32; at a tie half of the slope passes."""
    return tape.maximum(narrow(x), np.float32(bound))
