"""Mistakes of edge and extreme inputs that are told by where an answer breaks, rather than by its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.mistakes.base import finding
from grader.mistakes.inputs import domain
from grader.verdict import Finding

if TYPE_CHECKING:
    from grader.observations import Observation
    from grader.oracle import Oracle
    from grader.task import Task

_PROBABILITIES = frozenset({"probability", "simplex"})
_NONNEGATIVE = frozenset({"nonnegative", *_PROBABILITIES})


def _broken(observation: Observation) -> bool:
    """Whether a call gave NaN, or raised."""
    array = observation.array
    return observation.outcome.exception is not None if array is None else bool(np.isnan(array).any())


def _infinite(observation: Observation) -> bool:
    return observation.array is not None and bool(np.isinf(observation.array).any()) and not _broken(observation)


def _seen(code: str, name: str, sentence: str, observation: Observation, wrong: int) -> Finding:
    array = observation.array
    shown: Any = float(array) if array is not None and array.ndim == 0 else "not finite"
    return finding(code, name, sentence, {"case": observation.case.name, "answer": shown, "wrong": wrong})


# What only the cases of one listed word show; of those cases all may be wrong.
_OF_LISTED = (
    ("uint8", "D2", "whole numbers wrap around", "Unsigned bytes wrap around below 0: turn them into floats first."),
    ("column beside a vector", "X4", "(N,) against (N, 1)", "A column met a vector: give both the same shape first."),
    ("three axes", "X12", "another axis for the classes", "The classes lie on the last axis, however many there are."),
    ("float32", "E3", "eps below the resolution", "In float32 1 − eps is 1 for an eps so small: a clip does nothing."),
)  # fmt: skip


def of_listed(observations: Sequence[Observation]) -> Iterator[Finding]:
    """Name what goes wrong with one dtype or shape alone that the spec lists."""
    wrong = [o for o in observations if not o.fits]
    for word, code, name, sentence in _OF_LISTED:
        if 0 < len(wrong) < len(observations) and all(o.case.name.endswith(word) for o in wrong):
            yield _seen(code, name, sentence, wrong[0], len(wrong))
            return


def of_edges(oracle: Oracle, observations: Sequence[Observation]) -> Iterator[Finding]:
    """Name what breaks at the ends of a domain: a logarithm, a root, a ratio of nothing."""
    task = oracle.task
    wrong = [o for o in observations if not o.fits]
    if task.loss is not None and task.loss.name == "roc_auc" and all(_has_ties(o) for o in wrong):
        sentence = "A positive and a negative of one score count one half, whatever their order."
        yield _seen("M1", "ties by their order", sentence, wrong[0], len(wrong))
        return
    if task.loss is None or not all(_broken(o) for o in wrong):
        return
    if all(o.case.name.endswith("float32") for o in wrong):
        yield from of_listed(observations)
        return
    if task.gives == "gradient" and domain(task) in _PROBABILITIES and all(_touches_zero(task, o) for o in wrong):
        sentence = "The slope is 0/0 where a probability is 0 or 1: clip it, or guard the denominator."
        yield _seen("G9", "gradient at the ends", sentence, wrong[0], len(wrong))
    elif _has_norms(task) and all(_has_zero_norm(task, o) for o in wrong):
        sentence = "A vector of length 0 has no direction: guard the division by its length."
        yield _seen("E9", "division by a length of 0", sentence, wrong[0], len(wrong))
    elif _takes_logs(task) and all(_touches_zero(task, o) for o in wrong):
        sentence = "0·log 0 is NaN in floating point; it counts as 0. It shows even where the predictions are perfect."
        yield _seen("E1", "0·log 0", sentence, wrong[0], len(wrong))
    elif task.gives == "metric" or task.loss.family == "segmentation":
        sentence = "A rate of nothing is 0/0: say what it is where nothing was predicted, or nothing is there."
        yield _seen("M4", "0/0", sentence, wrong[0], len(wrong))


def _has_ties(observation: Observation) -> bool:
    """Whether a positive and a negative have one score, and the answer is a number."""
    labels, scores = (np.asarray(a) for a in observation.case.args[:2])
    return bool(np.isin(scores[labels == 1], scores[labels == 0]).any()) and not _broken(observation)


def _has_norms(task: Task) -> bool:
    return task.loss is not None and "norm" in task.loss.guards.values()


def _has_zero_norm(task: Task, observation: Observation) -> bool:
    arrays = [np.asarray(a, np.float64) for a, p in zip(observation.case.args, task.arrays, strict=False)
              if p.shape in {"rows", "whole"} and np.ndim(a) > 1]  # fmt: skip
    apart = [a - b for i, a in enumerate(arrays) for b in arrays[:i] if a.shape == b.shape]
    return any((np.abs(a).sum(axis=-1) == 0.0).any() for a in (*arrays, *apart))


def _takes_logs(task: Task) -> bool:
    guarded = task.loss is not None and bool(set(task.loss.guards) & {p.name for p in task.arrays})
    return guarded and task.gives in {"value", "metric"} and domain(task) in _NONNEGATIVE


def _touches_zero(task: Task, observation: Observation) -> bool:
    """Whether a probability is 0 or 1, or something that is taken the logarithm of is 0."""
    arrays = [
        np.asarray(a, np.float64)
        for a, p in zip(observation.case.args, task.arrays, strict=False)
        if task.domain_of(p) in _NONNEGATIVE
    ]
    return any(((a == 0.0) | (a == 1.0)).any() for a in arrays)


# -- extreme inputs -----------------------------------------------------------------------------------------------

_SHIFT = "exp overflows for large inputs. Subtract the largest of each row first, or use a form with exp(−|x|)."
_LOG_OF = "The logarithm of what has underflowed to 0. Work with the logits: log-sum-exp or softplus."
_ROW = "The largest entry of the whole batch was subtracted; rows far below it underflow. Subtract each row's own."
_CAPPED = "A clip or an eps after the squashing function caps the loss; from logits it grows without bound."
_COSH = "cosh and sinh overflow beyond 710. Use |e| + log1p(exp(−2|e|)) − log 2, and tanh for the slope."
_SOFTPLUS = frozenset({"surprise", "sigmoid", "logarithm"})
# Far from every answer that no clip has cut.
_BEYOND = 1.5


def of_extremes(oracle: Oracle, observations: Sequence[Observation]) -> Iterator[Finding]:
    """Name what overflows or underflows."""
    task = oracle.task
    wrong = [o for o in observations if not o.fits]
    if task.loss is None:
        return
    for code, name, sentence, applies, breaks in _SIGNATURES:
        if applies(task) and all(breaks(oracle, o) for o in wrong):
            yield _seen(code, name, sentence, wrong[0], len(wrong))
            return


def _is(*names: str) -> Callable[[Task], bool]:
    return lambda task: task.loss is not None and task.loss.name in names


def _of_rows(task: Task) -> bool:
    return task.on_rows and domain(task) in {"logits", "row_logits"}


def _of_elements(task: Task) -> bool:
    guards = set(task.loss.guards.values()) if task.loss else set()
    return not task.on_rows and (bool(guards & _SOFTPLUS) or domain(task) == "logits")


def _is_broken(_: Oracle, observation: Observation) -> bool:
    return _broken(observation) or _infinite(observation)


def _is_nan(_: Oracle, observation: Observation) -> bool:
    return _broken(observation)


def _is_inf(_: Oracle, observation: Observation) -> bool:
    return _infinite(observation)


def _only_apart(_: Oracle, observation: Observation) -> bool:
    """Whether it breaks, or is wrong, only where rows lie on different scales."""
    return observation.case.name == "rows on different scales"


def _overflows_alone(_: Oracle, observation: Observation) -> bool:
    return (_broken(observation) or _infinite(observation)) and _largest(observation) > 700.0


def _largest(observation: Observation) -> float:
    arrays = [np.asarray(a, np.float64) for a in observation.case.args]
    return max(float(np.abs(a).max(initial=0.0)) for a in arrays)


def _is_capped(oracle: Oracle, observation: Observation) -> bool:
    """Whether an answer is finite, of the right sign, and smaller than what is right by much."""
    if observation.array is None or not np.isfinite(observation.array).all():
        return False
    right = np.asarray(oracle.expectation(observation.case).value, dtype=np.float64)
    if right.shape != observation.array.shape:
        return False
    off = ~np.isclose(observation.array, right, rtol=1e-3, atol=1e-3)
    return bool((np.abs(right[off]) > _BEYOND * np.abs(observation.array[off])).all())


def _values(task: Task) -> bool:
    return task.gives == "value" and (_of_rows(task) or _of_elements(task))


Breaks = Callable[["Oracle", "Observation"], bool]
_SIGNATURES: tuple[tuple[str, str, str, Callable[[Task], bool], Breaks], ...] = (
    ("O3", "cosh overflows", _COSH, _is("log_cosh"), _is_broken),
    ("O6", "e^x over e^x", _SHIFT, _is("sigmoid"), _is_nan),
    ("O1", "exp without a shift", _SHIFT, _is("tanh"), _is_nan),
    ("O2", "log of a saturated sigmoid", _LOG_OF, _is("log_sigmoid"), _is_inf),
    ("O5", "log(1 + exp(x)) overflows", _SHIFT, _is("softplus"), _is_inf),
    ("O4", "one shift for all rows", _ROW, _of_rows, _only_apart),
    ("E6", "eps after the squashing function", _CAPPED, _is("log_softmax", "log_sigmoid"), _is_capped),
    ("O2", "log of a saturated sigmoid", _LOG_OF, _is("dpo"), _is_inf),
    ("O1", "exp without a shift", _SHIFT, _is("info_nce", "nt_xent"), _is_nan),
    ("O2", "log of softmax", _LOG_OF, _is("info_nce", "nt_xent"), _is_inf),
    ("E6", "clip after the squashing function", _CAPPED, _values, _is_capped),
    ("O1", "exp without a shift", _SHIFT, _of_rows, _overflows_alone),
    ("O5", "log(1 + exp(x)) overflows", _SHIFT, _of_elements, _is_inf),
    ("O6", "e^x over e^x", _SHIFT, _of_elements, _is_nan),
)
