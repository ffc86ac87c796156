"""Parameters that the steps share."""

from __future__ import annotations

from lossref.spec import Parameter

PARAM = Parameter("param", "input", "real")
GRAD = Parameter("grad", "input", "real")
DECAY = (0.5, 0.999)


def rate(default: float) -> Parameter:
    """Learning rate with its default."""
    return Parameter("lr", "hyper", "nonnegative", "scalar", default=default, plausible=(0.001, 0.5))


def eps(default: float) -> Parameter:
    """Small number that keeps a denominator from 0."""
    return Parameter("eps", "hyper", "nonnegative", "scalar", default=default, plausible=(1e-9, 1e-7))
