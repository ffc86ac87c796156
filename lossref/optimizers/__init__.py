"""Single steps of gradient methods; a step returns the new parameter and its state, and has no gradient."""

from lossref.optimizers import adaptive, descent
from lossref.optimizers.adaptive import adagrad, adam, adamw, rmsprop
from lossref.optimizers.descent import gradient_descent, momentum, nesterov_momentum

SPECS = (*descent.SPECS, *adaptive.SPECS)

__all__ = [
    "SPECS",
    "adagrad",
    "adam",
    "adamw",
    "gradient_descent",
    "momentum",
    "nesterov_momentum",
    "rmsprop",
]
