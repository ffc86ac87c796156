"""Transforms of logits and probabilities: element by element, and over a row of classes."""

from lossref.activations import elementwise, rows
from lossref.activations.elementwise import log_sigmoid, logit, relu, sigmoid, softplus, tanh
from lossref.activations.rows import log_softmax, logsumexp, softmax

__all__ = [
    "SPECS",
    "log_sigmoid",
    "log_softmax",
    "logit",
    "logsumexp",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "tanh",
]

SPECS = (*elementwise.SPECS, *rows.SPECS)
