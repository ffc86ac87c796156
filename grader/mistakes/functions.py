"""Mistakes in a function of numbers or rows: another axis, a sign, a part left out, another function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from grader.mistakes.base import Mistake, Prediction, given
from grader.mistakes.formulas import on
from grader.mistakes.inputs import sigmoid, softmax
from grader.mistakes.view import Array

if TYPE_CHECKING:
    from grader.task import Task


def _logsumexp(z: Array, axis: int | None) -> Array:
    top = z.max(axis=axis, keepdims=True)
    return np.asarray((top + np.log(np.exp(z - top).sum(axis=axis, keepdims=True))).squeeze(axis))


_OWN_ROWS = "The softmax is normalized over all entries; each row is a distribution of its own."
_WHOLE = ("X1", "softmax over the whole batch", _OWN_ROWS)
_COLUMNS = ("X2", "wrong axis", "The softmax runs over the examples (axis 0) instead of the classes.")
_SUM_OF_ALL = ("X1", "sum over the whole batch", "The sum runs over all entries; each row has its own.")
_SUM_OF_COLUMNS = ("X2", "wrong axis", "The sum runs over the examples (axis 0) instead of the classes.")


def _transform(name: str) -> Callable[[Task], bool]:
    return on(name, gives="transform")


def _leaky(slope: float) -> Prediction:
    return lambda view: np.where(view.x > 0.0, view.x, slope * view.x)


_FUNCTION = "another function"

TRANSFORMS: tuple[Mistake, ...] = (
    Mistake(*_WHOLE, lambda v: softmax(v.x, None), _transform("softmax")),
    Mistake(*_COLUMNS, lambda v: softmax(v.x, 0), _transform("softmax")),
    Mistake(*_WHOLE, lambda v: np.log(softmax(v.x, None)), _transform("log_softmax")),
    Mistake(*_COLUMNS, lambda v: np.log(softmax(v.x, 0)), _transform("log_softmax")),
    Mistake(*_SUM_OF_ALL, lambda v: _logsumexp(v.x, None), _transform("logsumexp")),
    Mistake(*_SUM_OF_COLUMNS, lambda v: _logsumexp(v.x, 0), _transform("logsumexp")),
    Mistake("W20", "maximum not added again", "The maximum that was subtracted inside has to be added outside.",
            lambda v: v.expected - v.x.max(axis=-1), _transform("logsumexp")),
    given("S2", "wrong sign in the exponent", "exp(−x) is asked; the sign of x is the opposite.",
          lambda v: v.predicting(-v.x), lambda t: t.gives == "transform" and on(
              "sigmoid", "softplus", "log_sigmoid", "softmax", "log_softmax", "logsumexp", "relu",
              gives="transform")(t)),
    Mistake("A5", "sigmoid of each entry", "Each entry has a sigmoid of its own; the entries of a row share one sum.",
            lambda v: sigmoid(v.x), _transform("softmax")),
    Mistake("W1", "absolute value taken", "The magnitude is given; what is negative becomes 0.",
            lambda v: np.abs(v.x), _transform("relu")),
    *(Mistake("W20", _FUNCTION, "What is negative becomes 0; here a slope is left to it.",
              _leaky(slope), _transform("relu"))
      for slope in (0.01, 0.1, 0.2)),
    Mistake("W20", _FUNCTION, "2σ(x) − 1 is tanh(x/2).", lambda v: 2.0 * sigmoid(v.x) - 1.0, _transform("tanh")),
    Mistake("A7", "logarithm missing", "The odds p/(1 − p) are given; their logarithm is asked.",
            lambda v: v.x / (1.0 - v.x), _transform("logit")),
    Mistake("W20", "exponential missing", "The entries are divided by their sum; their exponentials are asked.",
            lambda v: v.x / v.x.sum(axis=-1, keepdims=True), _transform("softmax")),
    Mistake("W20", "divided by the largest", "The exponentials are divided by the largest; their sum is asked.",
            lambda v: np.exp(v.x - v.x.max(axis=-1, keepdims=True)), _transform("softmax")),
)  # fmt: skip
