"""What is trained: a linear model, or one hidden layer of tanh, by gradient descent with momentum."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np

from grader.lab.data import Array, Rng


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """Of a model: features in, outputs, units of the hidden layer (0: none), bias of the outputs at the start."""

    features: int
    outputs: int
    hidden: int = 0
    bias: float = 0.0


class Model:
    """Layers of weights and biases, and how each of them moves."""

    def __init__(self, shape: Shape, rng: Rng) -> None:
        widths = [shape.features, *([shape.hidden] if shape.hidden else []), shape.outputs]
        self.layers = [
            [_start(rng, before, after, hidden=bool(shape.hidden)), np.zeros(after)]
            for before, after in itertools.pairwise(widths)
        ]
        self.layers[-1][1] += shape.bias
        self._velocities = [[np.zeros_like(part) for part in layer] for layer in self.layers]
        self._inputs: list[Array] = []

    @property
    def size(self) -> int:
        """Number of weights and biases."""
        return sum(part.size for layer in self.layers for part in layer)

    def outputs(self, features: Array) -> Array:
        """Give the outputs (..., outputs), without the last axis where there is one output only."""
        self._inputs = []
        values = features
        for layer, (weights, bias) in enumerate(self.layers):
            values = np.tanh(values) if layer else values
            self._inputs.append(values)
            values = values @ weights + bias
        return values[..., 0] if values.shape[-1] == 1 else values

    def gradients(self, of_outputs: Array) -> list[list[Array]]:
        """Carry a gradient with respect to the latest outputs back to every weight and bias."""
        last = self.layers[-1][0].shape[1]
        flowing = of_outputs.reshape(-1, last)
        found: list[list[Array]] = []
        for layer in reversed(range(len(self.layers))):
            inputs = self._inputs[layer].reshape(-1, self._inputs[layer].shape[-1])
            found.insert(0, [inputs.T @ flowing, flowing.sum(axis=0)])
            if layer:
                flowing = (flowing @ self.layers[layer][0].T) * (1.0 - inputs**2)
        return found

    def descend(self, gradients: Sequence[Sequence[Array]], learning_rate: float, momentum: float) -> None:
        """Take one step: v = momentum·v + gradient, weight − learning_rate·v."""
        for layer, velocity, gradient in zip(self.layers, self._velocities, gradients, strict=True):
            for place in range(2):
                velocity[place] = momentum * velocity[place] + gradient[place]
                layer[place] = layer[place] - learning_rate * velocity[place]


def _start(rng: Rng, before: int, after: int, *, hidden: bool) -> Array:
    """Give the weights of a layer: small and random below a hidden layer, else 0 (nothing has to be told apart)."""
    return rng.standard_normal((before, after)) / np.sqrt(before) if hidden else np.zeros((before, after))


def norm(gradients: Sequence[Sequence[Array]]) -> float:
    """Give the length of all gradients together."""
    return float(np.sqrt(sum(float(np.sum(part**2)) for layer in gradients for part in layer)))
