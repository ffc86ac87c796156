"""What a training run asks at every step: the loss of a batch, and its gradient with respect to the predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

import lossref
from grader.lab.data import Array


class Malformed(Exception):  # noqa: N818 - an answer's fault, not the loop's
    """What came in place of a value and a gradient is of another form; the message is a sentence for the candidate."""


class Loss(Protocol):
    """Anything that gives value and gradient; raises Malformed where what came is neither."""

    def __call__(self, targets: Array, predictions: Array) -> tuple[float, Array]:
        """Give the loss of the batch and its gradient in the shape of the predictions."""


class ReferenceLoss:
    """A loss of the catalogue on the model's outputs, or on their sigmoid or softmax.

    Parameters
    ----------
    name : of lossref's catalogue.
    options : hyper-parameters and conventions.
    activation : "" (the outputs themselves), "sigmoid" or "softmax" (over the last axis).

    Raises
    ------
    lossref.UnknownLoss : for a name that the catalogue does not have.

    Examples
    --------
    >>> import numpy as np
    >>> value, gradient = ReferenceLoss("mean_squared_error")(np.zeros(2), np.array([1.0, 3.0]))
    >>> print(value, gradient)
    5.0 [1. 3.]
    """

    def __init__(self, name: str, options: Mapping[str, Any] | None = None, activation: str = "") -> None:
        self.spec = lossref.get(name)
        self.options = {"check_domain": False, **(options or {})}
        self.activation = activation

    def __call__(self, targets: Array, predictions: Array) -> tuple[float, Array]:
        activated = ACTIVATIONS[self.activation](predictions)
        value, gradient = self.spec.value_and_gradient(targets, activated, **self.options)
        return float(value), _through(self.activation, activated, np.asarray(gradient))

    def interval(self, targets: Array, predictions: Array) -> tuple[Array, Array]:
        """Give the lowest and the highest right gradient, which differ at a kink."""
        activated = ACTIVATIONS[self.activation](predictions)
        low, high = self.spec.subdifferential(targets, activated, **self.options)
        first, second = (_through(self.activation, activated, np.asarray(end)) for end in (low, high))
        return np.minimum(first, second), np.maximum(first, second)


ACTIVATIONS: Mapping[str, Callable[[Array], Array]] = {
    "": lambda outputs: outputs,
    "sigmoid": lambda outputs: np.asarray(lossref.sigmoid(outputs)),
    "softmax": lambda outputs: np.asarray(lossref.softmax(outputs)),
}


def _through(activation: str, activated: Array, gradient: Array) -> Array:
    if activation == "sigmoid":
        return np.asarray(gradient * activated * (1.0 - activated))
    if activation == "softmax":  # p_i (g_i − Σ_j g_j p_j)
        return np.asarray(activated * (gradient - np.sum(gradient * activated, axis=-1, keepdims=True)))
    return gradient
