"""Extreme cases: logits of ±1000, tiny probabilities, large values and offsets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.cases.drawing import NUMBERS, Case, Drawer, Shape, onehot
from grader.cases.edges import with_both_labels

if TYPE_CHECKING:
    from grader.task import Task


def extreme(drawer: Drawer) -> Iterator[Case]:
    """Draw the extreme cases of the prediction's domain."""
    task = drawer.task
    parameter = task.arguments[task.prediction]
    size = 3 if task.batched else 1
    base: Shape = (size, 4) if task.on_rows else (4,)
    if not task.batched:
        base = (4,)
    base = drawer.sized(base)
    if task.gives == "step":
        yield Case("tiny gradients", "extreme", drawer.shaped(_tiny_gradients(drawer, base)))
    kind = "real" if parameter.domain in NUMBERS else parameter.domain
    makers = _EXTREMES.get((kind, task.on_rows), {})
    if task.draws_itself:
        makers = _RELATED if kind in {"real", "row_logits"} else {}
    if task.gives == "metric" and task.on_rows and kind == "real":
        makers = {}  # large scores with few digits tie, and ties may be broken in any order
    for name, make in makers.items():
        args = with_both_labels(drawer, drawer.arguments(base))
        if parameter.domain == "real" and parameter.plausible[0] < 0.0 and not task.draws_itself:
            args[task.prediction] = _with_both_signs(args[task.prediction])
        args[task.prediction] = make(args[task.prediction], _goal_of_extreme(drawer, args, base))
        if name == "large offset" and task.target is not None and task.arguments[task.target].domain == "real":
            args[task.target] = args[task.target] + 1e6
        case = Case(name, "extreme", drawer.shaped(args))
        if kind != "real" or _is_finite(task, case):
            yield case


def _is_finite(task: Task, case: Case) -> bool:
    """Whether there is a value to give: an exponential of large numbers has none."""
    if task.loss is None:
        return True
    values = task.expected(case)
    return all(bool(np.isfinite(v).all()) for v in (values if isinstance(values, tuple) else (values,)))


def _tiny_gradients(drawer: Drawer, shape: Shape) -> list[Any]:
    """Scale gradients and moments down, to where an eps inside or outside of a root is told apart."""
    args = drawer.arguments(shape)
    factors = {"param": 1e-3, "grad": 1e-7, "m": 1e-7, "velocity": 1e-7, "v": 1e-14, "state": 1e-14}
    for place, parameter in enumerate(drawer.task.arguments):
        args[place] = args[place] * factors.get(parameter.name, 1)
    return args


def _goal_of_extreme(drawer: Drawer, args: list[Any], shape: Shape) -> Any:
    """Give where the prediction should be; an input without a target leans to where it lies already."""
    task = drawer.task
    if task.draws_itself:
        return None
    if task.target is not None and task.arguments[task.target].domain != "label_list":
        return np.asarray(drawer.goal(args[task.target], shape), dtype=np.float64)
    x = args[task.prediction]
    return onehot(x.argmax(axis=-1), shape[-1]).astype(np.float64) if task.on_rows else (x > 0.0).astype(np.float64)


Maker = Callable[[Any, Any], Any]


def _far(sign: float) -> Maker:
    """Put all logits 1000 on one side: with both labels among the targets, each naive form shows where it breaks."""

    def make(z: Any, goal: Any) -> Any:
        del goal
        return np.full_like(z, sign * 1000.0) + np.round(z)

    return make


def _towards(sign: float) -> Maker:
    """Put logits 1000 towards their label, or away from it."""
    return lambda z, goal: sign * 1000.0 * (2.0 * goal - 1.0) + 0.0 * z


def _with_both_signs(x: Any) -> Any:
    """Put one number above 0 and one below: an exponential overflows on one side only."""
    x = np.array(x, dtype=np.float64)
    ends = x.flat[:2]
    x.flat[:2] = np.maximum(np.abs(ends), 1.0) * (1.0, -1.0)[: ends.size]
    return x


def _on_both_sides(z: Any, goal: Any) -> Any:
    """Put logits where the smaller of two exponentials is lost, some on either side."""
    del goal
    return 40.0 * np.sign(_with_both_signs(z))


def _gap(sign: float) -> Maker:
    return lambda z, goal: z + sign * 1000.0 * goal


def _rows_apart(z: Any, goal: Any) -> Any:
    del goal
    return z + (1000.0 * np.arange(len(z))[::-1, None] if z.ndim > 1 else 0.0)


def _tiny(q: float) -> Maker:
    """Give the label the probability q."""
    return lambda p, goal: np.where(goal > 0.5, q, 1.0 - q) + 0.0 * p


def _tiny_rows(q: float) -> Maker:
    return lambda p, goal: np.where(_is_largest(goal), q, (1.0 - q) / (p.shape[-1] - 1))


def _is_largest(goal: Any) -> Any:
    return goal == goal.max(axis=-1, keepdims=True)


_EXTREMES: dict[tuple[str, bool], dict[str, Maker]] = {
    ("logits", False): {
        "logits towards the label": _towards(1.0),
        "logits against the label": _towards(-1.0),
        "logits of +1000": _far(1.0),
        "logits of -1000": _far(-1.0),
        "logits of ±40": _on_both_sides,
    },
    ("logits", True): {
        "true class far above": _gap(1.0),
        "true class far below": _gap(-1.0),
        "logits near +1000": lambda z, _: z + 1000.0,
        "logits near -1000": lambda z, _: z - 1000.0,
        "rows on different scales": _rows_apart,
    },
    ("probability", False): {
        "tiny probabilities": _tiny(1e-12),
        "probabilities below 1e-300": lambda p, goal: np.where(goal > 0.5, 1e-300, p),
        "probabilities near the right end": _tiny(1.0 - 1e-12),
    },
    ("probability", True): {
        "tiny probabilities": _tiny(1e-12),
        "probabilities below 1e-300": lambda p, goal: np.where(goal > 0.5, 1e-300, p),
        "probabilities near the right end": _tiny(1.0 - 1e-12),
    },
    ("log_probability", True): {"improbable labels": lambda log_p, goal: np.where(goal > 0.5, -1e3, log_p)},
    ("simplex", True): {
        "tiny probabilities": _tiny_rows(1e-12),
        "probabilities below 1e-300": _tiny_rows(1e-300),
        "probabilities near the right end": _tiny_rows(1.0 - 1e-12),
    },
    ("real", False): {
        "large values": lambda x, _: 1000.0 * np.round(x, 1),
        "very large values": lambda x, _: 1e6 * np.round(x, 1),
        "large offset": lambda x, _: x + 1e6,
    },
    ("real", True): {
        "large values": lambda x, _: 1000.0 * np.round(x, 1),
        "large offset": lambda x, _: x + 1000.0,
    },
}
# Arrays that depend on one another only grow: their products overflow where exp is not shifted.
_RELATED: dict[str, Maker] = {"large values": lambda x, _: 30.0 * x}
