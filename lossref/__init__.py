"""Loss functions with exact values, gradients, subdifferentials and everything else that is known about them."""

from lossref.activations import log_softmax, logsumexp, sigmoid, softmax, softplus
from lossref.catalogue import LossSpec, Parameter, get, names
from lossref.classification import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    categorical_cross_entropy,
    categorical_cross_entropy_with_logits,
    nll,
    sparse_categorical_cross_entropy,
    sparse_categorical_cross_entropy_with_logits,
)
from lossref.errors import DomainError, EmptyError, OptionError, ShapeError, UnknownLoss
from lossref.margin import hinge
from lossref.metrics import accuracy, f1, precision, recall
from lossref.optimizers import adam, gradient_descent, momentum
from lossref.regression import half_squared_error, huber, mean_absolute_error, mean_squared_error, quantile
from lossref.regularizers import l1_penalty, l2_penalty

__version__ = "0.1.0"

__all__ = [
    "DomainError",
    "EmptyError",
    "LossSpec",
    "OptionError",
    "Parameter",
    "ShapeError",
    "UnknownLoss",
    "accuracy",
    "adam",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "categorical_cross_entropy",
    "categorical_cross_entropy_with_logits",
    "f1",
    "get",
    "gradient_descent",
    "half_squared_error",
    "hinge",
    "huber",
    "l1_penalty",
    "l2_penalty",
    "log_softmax",
    "logsumexp",
    "mean_absolute_error",
    "mean_squared_error",
    "momentum",
    "names",
    "nll",
    "precision",
    "quantile",
    "recall",
    "sigmoid",
    "softmax",
    "softplus",
    "sparse_categorical_cross_entropy",
    "sparse_categorical_cross_entropy_with_logits",
]
