"""Margin losses of a distance, or of two scores, and a label −1 or +1; arguments in the order that torch has them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lossref._numerics import Array, positive_part
from lossref.margin._shared import PROPERTIES, UNBOUNDED, Interval, no_curvature, step
from lossref.spec import LossSpec, Parameter, Peer

_TARGET = Parameter("target", "target", "plus_minus_one", dtype="int64")


def _margin(default: float) -> Parameter:
    return Parameter("margin", "hyper", "real", "scalar", default=default, plausible=(0.2, 2.0))


def _hinge_embedding(distance: Array, y: Array, margin: float) -> Array:
    return np.where(y > 0.0, distance, positive_part(margin - distance))


def _hinge_embedding_slope(distance: Array, y: Array, margin: float) -> Interval:
    low, high = step(margin - distance)
    lowest = np.where(y > 0.0, y, 0.0 - high)
    return lowest, lowest if low is high else np.where(y > 0.0, y, 0.0 - low)


HINGE_EMBEDDING = LossSpec(
    name="hinge_embedding",
    aliases=("hinge_embedding_loss",),
    family="margin",
    summary="A distance where the pair is alike, and what it falls short of a margin where it is not.",
    latex=r"\begin{cases} x & y = +1 \\ \max(0,\; m - x) & y = -1 \end{cases}",
    references=(
        "R. Hadsell et al., Dimensionality reduction by learning an invariant mapping, CVPR 2006",
        "torch.nn.functional.hinge_embedding_loss",
    ),
    parameters=(Parameter("input", "prediction", "real", plausible=(-1.0, 3.0)), _TARGET, _margin(1.0)),
    properties=frozenset({"convex_in_prediction", "permutation_invariant"}),
    kinks=((1.0, -1.0),),
    terms=_hinge_embedding,
    slopes={"input": _hinge_embedding_slope},
    curvatures={"input": no_curvature},
    convex_in=("input",),
    bounds=(-math.inf, math.inf),
    lipschitz=1.0,
    minimizer="the margin where −1 is the more probable label, else 0",
    link="identity",
    peers=(
        Peer("torch.nn.functional.hinge_embedding_loss", {"input": "input", "target": "target", "margin": "margin"}),
    ),
)


def hinge_embedding(input: Any, target: Any, margin: float = 1.0, **options: Any) -> Any:  # noqa: A002 - torch's name
    """Mean of x where the target is +1, and of max(0, margin − x) where it is −1.

    Parameters
    ----------
    input : array_like of finite real numbers
        Distances x; a negative one where the target is +1 makes a negative term.
    target : array_like of labels −1 (unlike) and +1 (alike), the same shape
    margin : float
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.hinge_embedding_loss; it is not the hinge loss, `hinge`.

    Examples
    --------
    >>> print(hinge_embedding([0.25, 0.25, 3.0], [1, -1, -1], reduction="none"))
    [0.25 0.75 0.  ]
    """
    return HINGE_EMBEDDING.value(input, target, margin, **options)


def _shortfall(first: Array, second: Array, y: Array, margin: float) -> Array:
    return margin - y * (first - second)


def _margin_ranking(first: Array, second: Array, y: Array, margin: float) -> Array:
    return positive_part(_shortfall(first, second, y, margin))


def _margin_ranking_slope_second(first: Array, second: Array, y: Array, margin: float) -> Interval:
    low, high = step(_shortfall(first, second, y, margin))
    lowest = y * low
    if low is high:
        return lowest, lowest
    return np.minimum(lowest, y * high), np.maximum(lowest, y * high)


def _margin_ranking_slope_first(first: Array, second: Array, y: Array, margin: float) -> Interval:
    low, high = _margin_ranking_slope_second(first, second, y, margin)
    lowest = 0.0 - high
    return lowest, lowest if low is high else 0.0 - low


MARGIN_RANKING = LossSpec(
    name="margin_ranking",
    aliases=("margin_ranking_loss",),
    family="margin",
    summary="What the difference of two scores, taken the way the label ranks them, falls short of a margin.",
    latex=r"\max\left(0,\; m - y\,(x_1 - x_2)\right)",
    references=("R. Herbrich et al., Support vector learning for ordinal regression, ICANN 1999",),
    parameters=(
        Parameter("input1", "prediction", "real"),
        Parameter("input2", "prediction", "real"),
        _TARGET,
        _margin(0.0),
    ),
    properties=PROPERTIES,
    kinks=((0.5, 0.5, 1.0), (-2.0, -2.0, -1.0)),
    terms=_margin_ranking,
    slopes={"input1": _margin_ranking_slope_first, "input2": _margin_ranking_slope_second},
    curvatures={"input1": no_curvature, "input2": no_curvature},
    convex_in=("input1", "input2"),
    bounds=UNBOUNDED,
    lipschitz=1.0,
    minimizer="any two scores ranked by the more probable label",
    link="identity",
    peers=(
        Peer(
            "torch.nn.functional.margin_ranking_loss",
            {"input1": "input1", "input2": "input2", "target": "target", "margin": "margin"},
        ),
    ),
)


def margin_ranking(input1: Any, input2: Any, target: Any, margin: float = 0.0, **options: Any) -> Any:
    """Mean of max(0, margin − y (x1 − x2)).

    Parameters
    ----------
    input1, input2 : array_like of finite real numbers
        Scores x1 and x2.
    target : array_like of labels, the same shape
        +1 where input1 should rank higher, −1 where input2 should.
    margin : float
    **options
        As for `LossSpec.value`.

    Returns
    -------
    numpy floating scalar, or ndarray for reduction none

    Raises
    ------
    DomainError, ShapeError, OptionError, EmptyError, TypeError

    References
    ----------
    torch.nn.functional.margin_ranking_loss.

    Examples
    --------
    >>> print(margin_ranking([1.0, 1.0], [0.5, 0.5], [1, -1], reduction="none"))
    [0.  0.5]
    """
    return MARGIN_RANKING.value(input1, input2, target, margin, **options)


SPECS = (HINGE_EMBEDDING, MARGIN_RANKING)
