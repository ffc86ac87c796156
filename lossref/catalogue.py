"""The catalogue: every loss by its name and aliases."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from lossref import (
    activations,
    adversarial,
    boxes,
    classification,
    divergence,
    embedding,
    generative,
    margin,
    metrics,
    multitask,
    optimizers,
    preference,
    regression,
    regularizers,
    segmentation,
    sequence,
)
from lossref.errors import UnknownLoss
from lossref.spec import LossSpec, Parameter, Peer

__all__ = ["LossSpec", "Parameter", "Peer", "get", "gradient", "names", "value_and_gradient"]

_FAMILIES = (
    regression.SPECS,
    classification.SPECS,
    margin.SPECS,
    divergence.SPECS,
    embedding.SPECS,
    generative.SPECS,
    preference.SPECS,
    multitask.SPECS,
    adversarial.SPECS,
    sequence.SPECS,
    boxes.SPECS,
    segmentation.SPECS,
    activations.SPECS,
    regularizers.SPECS,
    metrics.SPECS,
    optimizers.SPECS,
)
_SPECS: dict[str, LossSpec] = {spec.name: spec for specs in _FAMILIES for spec in specs}
_BY_ANY_NAME = _SPECS | {alias: spec for spec in _SPECS.values() for alias in spec.aliases}


def names() -> tuple[str, ...]:
    """Canonical names, in the order of the families.

    Examples
    --------
    >>> names()[:3]
    ('mean_squared_error', 'mean_absolute_error', 'half_squared_error')
    """
    return tuple(_SPECS)


def get(name: str) -> LossSpec:
    """Entry of the catalogue by its canonical name or an alias.

    Parameters
    ----------
    name : str
        Such as "mean_squared_error" or "mse".

    Raises
    ------
    UnknownLoss
        With the nearest names.

    Examples
    --------
    >>> get("mse").name
    'mean_squared_error'
    """
    try:
        return _BY_ANY_NAME[name]
    except KeyError:
        raise UnknownLoss(name, _BY_ANY_NAME) from None


def gradient(name: str, *args: Any, wrt: str | None = None, **options: Any) -> npt.NDArray[np.floating[Any]]:
    """Gradient of the loss of that name; see `LossSpec.gradient`.

    Examples
    --------
    >>> print(gradient("mse", [1.0, 2.0], [1.5, 2.0]))
    [0.5 0. ]
    """
    return get(name).gradient(*args, wrt=wrt, **options)


def value_and_gradient(
    name: str, *args: Any, wrt: str | None = None, **options: Any
) -> tuple[Any, npt.NDArray[np.floating[Any]]]:
    """Value and gradient of the loss of that name, from one pass; see `LossSpec.value_and_gradient`.

    Examples
    --------
    >>> value, slope = value_and_gradient("mse", [1.0, 2.0], [1.5, 2.0])
    >>> print(value, slope)
    0.125 [0.5 0. ]
    """
    return get(name).value_and_gradient(*args, wrt=wrt, **options)
