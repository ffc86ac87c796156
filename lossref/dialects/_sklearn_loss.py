"""The losses of scikit-learn's boosting and linear models, `sklearn._loss`: of raw predictions, term by term.

Each is a value, a gradient and a Hessian diagonal, computed in float64 whatever comes in, as scikit-learn does.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lossref.dialects import _tape as tape
from lossref.dialects._node import Array
from lossref.dialects._registry import register

Kernel = Callable[..., Any]


@dataclasses.dataclass(frozen=True, slots=True)
class _Loss:
    """Terms, their first and their second derivative, each a function of y, raw prediction and hyper-parameters."""

    terms: Kernel
    slopes: Kernel
    curvatures: Kernel

    def value(self, y_true: Any, raw_prediction: Any, sample_weight: Any, *hypers: Any) -> Any:
        y, raw, weights = _inputs(y_true, tape.plain(raw_prediction), sample_weight)
        dtype = np.asarray(tape.plain(raw_prediction)).dtype
        terms = _narrow(weights * self.terms(y, raw, *hypers), dtype)
        slopes = _by_row(weights, raw) * self.slopes(y, raw, *hypers)

        def backward(g: Array) -> Any:
            return (g[..., None] if raw.ndim > g.ndim else g) * slopes

        return tape.primitive(terms, (raw_prediction, backward))

    def hessian(self, y_true: Any, raw_prediction: Any, sample_weight: Any, *hypers: Any) -> Array:
        y, raw, weights = _inputs(y_true, raw_prediction, sample_weight)
        return _narrow(_by_row(weights, raw) * self.curvatures(y, raw, *hypers), np.asarray(raw_prediction).dtype)


def _inputs(y_true: Any, raw_prediction: Any, sample_weight: Any) -> tuple[Array, Array, Any]:
    y, raw = np.asarray(y_true, np.float64), np.asarray(raw_prediction, np.float64)
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    raw = raw[:, 0] if raw.ndim == 2 and raw.shape[1] == 1 else raw
    return y, raw, 1.0 if sample_weight is None else np.asarray(sample_weight, np.float64)


def _by_row(weights: Any, raw: Array) -> Any:
    return weights[:, None] if np.ndim(weights) and raw.ndim == 2 else weights


def _narrow(numbers: Any, dtype: np.dtype[Any]) -> Array:
    return np.asarray(numbers, dtype if dtype.kind == "f" else np.float64)


def _one(y: Array, raw: Array, *_: Any) -> Array:
    return np.ones_like(raw)


_SQUARED = _Loss(lambda y, raw: 0.5 * (raw - y) ** 2, lambda y, raw: raw - y, _one)
_ABSOLUTE = _Loss(lambda y, raw: np.abs(raw - y), lambda y, raw: np.where(raw > y, 1.0, -1.0), _one)
_PINBALL = _Loss(
    lambda y, raw, q: np.where(y >= raw, q * (y - raw), (1.0 - q) * (raw - y)),
    lambda y, raw, q: np.where(y >= raw, -q, 1.0 - q),
    _one,
)
_HUBER = _Loss(
    lambda y, raw, d: np.where(np.abs(y - raw) <= d, 0.5 * (y - raw) ** 2, d * (np.abs(y - raw) - 0.5 * d)),
    lambda y, raw, d: np.clip(raw - y, -d, d),
    lambda y, raw, d: np.where(np.abs(y - raw) <= d, 1.0, 0.0),
)
_POISSON = _Loss(lambda y, raw: np.exp(raw) - y * raw, lambda y, raw: np.exp(raw) - y, lambda _, raw: np.exp(raw))
_GAMMA = _Loss(
    lambda y, raw: raw + y * np.exp(-raw), lambda y, raw: 1.0 - y * np.exp(-raw), lambda y, raw: y * np.exp(-raw)
)
# One exponential for both labels: y / e^raw may be finite where e^−raw is not.
_EXPONENTIAL = _Loss(
    lambda y, raw: y / np.exp(raw) + (1.0 - y) * np.exp(raw),
    lambda y, raw: -y / np.exp(raw) + (1.0 - y) * np.exp(raw),
    lambda y, raw: y / np.exp(raw) + (1.0 - y) * np.exp(raw),
)


def _log1pexp(x: Array) -> Any:
    # The smaller of both terms is dropped where it is below the resolution of the larger.
    return np.where(x > 33.3, x, np.where(x > 18.0, x + np.exp(-x), np.log1p(np.exp(np.minimum(x, 18.0)))))


def _binomial_slope(y: Array, raw: Array) -> Any:
    e = np.exp(-np.maximum(raw, -37.0))
    return np.where(raw > -37.0, ((1.0 - y) - y * e) / (1.0 + e), np.exp(raw) - y)


def _binomial_curvature(y: Array, raw: Array) -> Any:
    e = np.exp(-np.maximum(raw, -37.0))
    return np.where(raw > -37.0, e / (1.0 + e) ** 2, np.exp(raw))


_BINOMIAL = _Loss(lambda y, raw: _log1pexp(raw) - y * raw, _binomial_slope, _binomial_curvature)


def _tweedie(y: Array, raw: Array, p: float) -> Any:
    if p == 0.0:
        return _SQUARED.terms(y, np.exp(raw))
    if p in {1.0, 2.0}:
        return (_POISSON if p == 1.0 else _GAMMA).terms(y, raw)
    return np.exp((2.0 - p) * raw) / (2.0 - p) - y * np.exp((1.0 - p) * raw) / (1.0 - p)


def _tweedie_slope(y: Array, raw: Array, p: float) -> Any:
    if p == 0.0:
        return np.exp(raw) * (np.exp(raw) - y)
    if p in {1.0, 2.0}:
        return (_POISSON if p == 1.0 else _GAMMA).slopes(y, raw)
    return np.exp((2.0 - p) * raw) - y * np.exp((1.0 - p) * raw)


def _tweedie_curvature(y: Array, raw: Array, p: float) -> Any:
    if p == 0.0:
        return np.exp(raw) * (2.0 * np.exp(raw) - y)
    if p in {1.0, 2.0}:
        return (_POISSON if p == 1.0 else _GAMMA).curvatures(y, raw)
    return (2.0 - p) * np.exp((2.0 - p) * raw) - (1.0 - p) * y * np.exp((1.0 - p) * raw)


def _identity(y: Array, raw: Array, p: float) -> Any:
    if p == 0.0:
        return _SQUARED.terms(y, raw)
    if p == 1.0:
        return np.where(y == 0.0, raw, y * np.log(np.where(y == 0.0, 1.0, y) / raw) + raw - y)
    if p == 2.0:
        return np.log(raw / y) + y / raw - 1.0
    power = raw ** (1.0 - p)
    own = np.where(y > 0.0, np.abs(y) ** (2.0 - p) / ((1.0 - p) * (2.0 - p)), 0.0)
    return raw * power / (2.0 - p) - y * power / (1.0 - p) + own


def _identity_slope(y: Array, raw: Array, p: float) -> Any:
    if p == 0.0:
        return raw - y
    if p == 1.0:
        return 1.0 - y / raw
    return (raw - y) / raw**2 if p == 2.0 else raw**-p * (raw - y)


def _identity_curvature(y: Array, raw: Array, p: float) -> Any:
    if p == 0.0:
        return np.ones_like(raw)
    if p == 1.0:
        return y / raw**2
    if p == 2.0:
        return (-1.0 + 2.0 * y / raw) / raw**2
    return raw**-p * ((1.0 - p) + p * y / raw)


_TWEEDIE = _Loss(_tweedie, _tweedie_slope, _tweedie_curvature)
_IDENTITY = _Loss(_identity, _identity_slope, _identity_curvature)


def _softmax(raw: Array) -> Array:
    e = np.exp(raw - raw.max(axis=1, keepdims=True))
    shares: Array = e / e.sum(axis=1, keepdims=True)
    return shares


def _onehot(y: Array, raw: Array) -> Array:
    return np.equal(y[:, None], np.arange(raw.shape[1]))


def _multinomial(y: Array, raw: Array) -> Any:
    largest = raw.max(axis=1)
    own = np.take_along_axis(raw, y.astype(np.intp)[:, None], axis=1)[:, 0]
    return np.log(np.exp(raw - largest[:, None]).sum(axis=1)) + largest - own


_MULTINOMIAL = _Loss(
    _multinomial,
    lambda y, raw: _softmax(raw) - _onehot(y, raw),
    lambda _, raw: _softmax(raw) * (1.0 - _softmax(raw)),
)


def _register(name: str, loss: _Loss, hypers: Mapping[str, float], ignored: Mapping[str, Any]) -> None:
    """Keep a loss under its class' name; `ignored` are arguments that change nothing here."""

    def given(options: Mapping[str, Any]) -> list[float]:
        return [options.get(hyper, default) for hyper, default in hypers.items()]

    def value(y_true: Any, raw_prediction: Any, sample_weight: Any = None, **options: Any) -> Any:
        return loss.value(y_true, raw_prediction, sample_weight, *given(options))

    def hessian(y_true: Any, raw_prediction: Any, sample_weight: Any = None, **options: Any) -> Array:
        return loss.hessian(y_true, raw_prediction, sample_weight, *given(options))

    first = list(inspect.signature(value).parameters.values())[:3]
    rest = {**hypers, **ignored, "xp": None, "device": None}
    options = [inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=rest[option]) for option in rest]
    value.__signature__ = inspect.Signature([*first, *options])  # type: ignore[attr-defined] # functions may have one
    register(f"sklearn._loss.{name}", hessian=hessian)(value)


_register("HalfSquaredError", _SQUARED, {}, {})
_register("AbsoluteError", _ABSOLUTE, {}, {})
_register("PinballLoss", _PINBALL, {"quantile": 0.5}, {})
_register("HuberLoss", _HUBER, {"delta": 0.5}, {"quantile": 0.9})
_register("HalfPoissonLoss", _POISSON, {}, {})
_register("HalfGammaLoss", _GAMMA, {}, {})
_register("HalfTweedieLoss", _TWEEDIE, {"power": 1.5}, {})
_register("HalfTweedieLossIdentity", _IDENTITY, {"power": 1.5}, {})
_register("HalfBinomialLoss", _BINOMIAL, {}, {})
_register("ExponentialLoss", _EXPONENTIAL, {}, {})
_register("HalfMultinomialLoss", _MULTINOMIAL, {}, {"n_classes": 3})
