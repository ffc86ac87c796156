"""Small inputs that are worked through: ordinary ones, and ones at the edge, where libraries differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lossref import LossSpec, Parameter

# By domain; of several arguments with one domain, each takes the next.
_ELEMENTS: Mapping[str, tuple[tuple[float, ...], ...]] = {
    "real": ((1.0, 0.0, -2.0), (0.5, 0.0, 1.0), (2.0, -1.0, 0.5)),
    "logits": ((2.0, -1.0, 0.5), (1.0, 0.0, -1.0)),
    "label01": ((1, 0, 1), (1, 1, 0)),
    "plus_minus_one": ((1, -1, 1),),
    "integer": ((1, 0, 2), (1, 1, 2)),
    "probability": ((0.9, 0.2, 0.6), (0.8, 0.5, 0.1)),
    "open_unit": ((0.9, 0.2, 0.6), (0.8, 0.5, 0.1)),
    "decay": ((0.9, 0.2, 0.6),),
    "positive": ((1.0, 2.0, 0.5), (1.5, 1.0, 0.5)),
    "nonnegative": ((1.0, 2.0, 0.5), (1.5, 1.0, 0.0)),
    "count": ((1, 2, 3), (2, 2, 1)),
    "nonzero": ((1.0, 2.0, -2.0),),
    "above_minus_one": ((1.0, 2.0, 0.5), (1.5, 1.0, 0.0)),
    "log_probability": ((-0.1, -2.0, -0.5), (-0.2, -0.7, -2.0)),
    "cosine": ((0.5, -0.5, 0.9),),
}
_ROWS: Mapping[str, tuple[tuple[tuple[float, ...], ...], ...]] = {
    "real": (
        ((1.0, 2.0, 0.5), (0.0, 1.0, -1.0)),
        ((0.5, 1.0, 0.0), (1.0, 1.0, 0.0)),
        ((-1.0, 0.0, 2.0), (0.0, 2.0, 1.0)),
    ),
    "logits": (((2.0, 0.0, -1.0), (0.0, 1.0, 3.0)), ((1.0, 0.0, 0.5), (1.0, 1.0, 2.0))),
    "row_logits": (((2.0, 0.0, -1.0), (0.0, 1.0, 3.0)), ((1.0, 0.0, 0.5), (1.0, 1.0, 2.0))),
    "onehot": (((1, 0, 0), (0, 1, 0)),),
    "label01": (((1, 0, 0), (0, 1, 1)), ((1, 1, 0), (0, 1, 0))),
    "simplex": (((0.7, 0.2, 0.1), (0.1, 0.3, 0.6)), ((0.5, 0.25, 0.25), (0.2, 0.2, 0.6))),
    "probability": (((0.9, 0.2, 0.6), (0.3, 0.8, 0.5)),),
    "label_list": (((0, -1, -1), (1, 2, -1)),),
    "log_probability": (((-0.25, -1.5, -4.0), (-2.0, -0.5, -1.25)),),
    "positive": (((1.0, 2.0, 0.5), (1.0, 1.0, 3.0)),),
    "nonnegative": (((1.0, 2.0, 0.0), (1.0, 0.0, 3.0)),),
}  # fmt: skip
_ROW: Mapping[str, tuple[tuple[float, ...], ...]] = {
    "class_index": ((0, 1),),
    "plus_minus_one": ((1, -1),),
    "label01": ((1, 0),),
    "real": ((0.5, -1.0),),
}
_EDGE_ELEMENTS: Mapping[tuple[str, str], tuple[tuple[float, ...], ...]] = {
    ("target", "real"): ((0.0, 0.0, 0.0),),
    ("prediction", "real"): ((0.0, 1e-5, 1000.0),),
    ("target", "label01"): ((1, 0, 1),),
    ("target", "plus_minus_one"): ((1, -1, 1),),
    ("prediction", "logits"): ((1000.0, -1000.0, -1000.0),),
    ("input", "logits"): ((1000.0, -1000.0, 0.0),),
    ("prediction", "probability"): ((1.0, 0.0, 0.0),),
    ("target", "nonnegative"): ((0.0, 0.0, 1.0),),
}
_EDGE_ROWS: Mapping[str, tuple[tuple[tuple[float, ...], ...], ...]] = {
    "real": (
        ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
        ((1.0, 1.0, 0.0), (1.0, 0.0, 0.0)),
        ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    ),
    "logits": (((1000.0, 0.0, -1000.0), (1000.0, -1000.0, 0.0)),),
    "row_logits": (((1000.0, 0.0, -1000.0), (1000.0, -1000.0, 0.0)),),
    "onehot": (((1, 0, 0), (0, 1, 0)),),
    "simplex": (((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), ((1.0, 0.0, 0.0), (0.5, 0.0, 0.5))),
}  # fmt: skip
# Of entries whose arguments have shapes of their own.
_VIEWS = {"q": ((1.0, 0.5), (-1.0, 0.5), (0.5, -1.0)), "k": ((1.0, 0.0), (-1.0, 1.0), (0.0, -1.0))}
_SETS = {"y_true": (1, 0, 1, 1), "p": (0.9, 0.2, 0.6, 0.8)}
_WHOLE: Mapping[str, Mapping[str, Any]] = {
    "dice": _SETS,
    "tversky": _SETS,
    "jaccard": _SETS,
    "generalized_iou": {"y_true": ((0.0, 0.0, 2.0, 2.0),), "p": ((1.0, 1.0, 5.0, 3.0),)},
    "info_nce": _VIEWS,
    "nt_xent": _VIEWS,
    "circle": {"y_true": (0, 0, 1), "y_pred": ((1.0, 0.5), (1.0, -0.5), (-1.0, 0.5))},
    "cost_sensitive_cross_entropy": {
        "y_true": (0, 1),
        "p": ((0.75, 0.25), (0.5, 0.5)),
        "cost": ((0.0, 1.0), (4.0, 0.0)),
    },
    "linear_cross_entropy": {
        "y_true": (0, 2),
        "x": ((1.0, 0.5), (-1.0, 0.5)),
        "weight": ((1.0, 0.0), (0.0, 1.0), (-1.0, -1.0)),
        "bias": (0.0, 0.5, 0.0),
    },
    "adaptive_log_softmax": {
        "y_true": (0, 3),
        "x": ((1.0, 0.5), (-1.0, 0.5)),
        "head_weight": ((1.0, 0.0), (0.0, 1.0), (-1.0, -1.0)),
        "head_bias": (0.0, 0.5, 0.0),
        "projection": (((1.0, -1.0),),),
        "tail_weight": ((0.5,), (-0.5,)),
        "cutoffs": (2,),
    },
    "ctc": {
        "log_probs": (((-0.5, -1.5, -2.0),), ((-1.0, -0.75, -2.0),), ((-2.0, -0.25, -3.0),)),
        "targets": ((1,),),
        "input_lengths": (3,),
        "target_lengths": (1,),
    },
}
_SCORES_AT_THE_EDGE = (1.0, -1.0, -1000.0)


def ordinary(spec: LossSpec) -> dict[str, Any] | None:
    """Give inputs well inside of the domain; None where no small input is known."""
    if spec.gives == "step":
        return None
    if any(p.shape == "whole" for p in spec.arrays):
        return {name: np.array(value) for name, value in _WHOLE[spec.name].items()} if spec.name in _WHOLE else None
    return _filled(spec, lambda p: _tables(p)[p.domain])


def edge(spec: LossSpec) -> dict[str, Any] | None:
    """Give inputs at the end of the domain or of the floating-point range; None where there is no such end."""
    if spec.gives not in {"value", "transform"} or spec.coupled:
        return None
    places = {p.name: _edges(spec, p) for p in spec.arrays}
    predicted = [p.name for p in spec.arrays if p.role != "target"]
    if not any(places[name] for name in predicted):
        return None
    return _filled(spec, lambda p: places[p.name] or _tables(p)[p.domain])


def _filled(spec: LossSpec, choices: Callable[[Parameter], Sequence[Any]]) -> dict[str, Any]:
    """Let each argument take the first value of its kind that no other argument has."""
    taken: Counter[tuple[str, str]] = Counter()
    found = {}
    for p in spec.arrays:
        values = choices(p)
        found[p.name] = np.array(values[taken[p.shape, p.domain] % len(values)], dtype=p.dtype)
        taken[p.shape, p.domain] += 1
    return found


def _tables(parameter: Parameter) -> Mapping[str, Sequence[Any]]:
    return {"elements": _ELEMENTS, "rows": _ROWS, "row": _ROW}[parameter.shape]


def _edges(spec: LossSpec, parameter: Parameter) -> Sequence[Any]:
    if parameter.shape == "rows":
        return _EDGE_ROWS.get(parameter.domain, ())
    if parameter.shape != "elements":
        return ()
    signs = any(p.domain == "plus_minus_one" for p in spec.arrays)
    if signs and parameter.role == "prediction" and parameter.domain == "real":
        return (_SCORES_AT_THE_EDGE,)
    return _EDGE_ELEMENTS.get((parameter.role, parameter.domain), ())
