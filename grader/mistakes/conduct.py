"""Findings that need no transformation: nothing returned, an exception with a known cause, an input changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from grader.comparison import Expectation, compare
from grader.mistakes.base import MIN_CASES, finding
from grader.mistakes.formulas import BCE, CCE, CCE_LOGITS, SPARSE_LOGITS
from grader.verdict import Finding

if TYPE_CHECKING:
    from grader.observations import Observation
    from grader.oracle import Oracle

# (code, name, exception class, pattern in its text, pattern in the line that raised it, sentence)
_CAUSES = (
    ("X8", "np.max for np.maximum", "TypeError|AxisError|ValueError", "",
     r"np\.a?(max|min)\(\s*([-\w.\s*+()\[\]]+?),(?!\s*(axis|keepdims|out|initial|where|None|\(|-?\d+\s*[,)]))",
     "The second argument of np.max is an axis; np.maximum compares entry by entry."),
    ("X4", "(N,) against (N, 1)", "ValueError", "could not be broadcast",
     r"None\]|newaxis\]|reshape\(-1, ?1\)|expand_dims", "A column meets a vector: give both the same shape."),
    ("X9", "if on an array", "ValueError", "truth value of an array", "",
     "An `if` decides once for the whole array; np.where decides for each entry."),
    ("X10", "torch keyword in numpy", "TypeError", "unexpected keyword argument 'dim'", "",
     "The keyword is torch's; in numpy it is axis."),
    ("X11", "axis that a vector does not have", "AxisError", "out of bounds", "",
     "The code needs two axes and fails on a vector."),
    ("X3", "missing keepdims", "ValueError", "could not be broadcast", "",
     "A reduced array has lost its axis: keepdims=True keeps it for what follows."),
    ("A8", "one-hot and index labels confused", "IndexError", "", "",
     "Labels are used as indices where they are none, or the other way round."),
    ("P4", "library that is not there", "ModuleNotFoundError|ImportError", "", "",
     "Only numpy and the standard library are there."),
)  # fmt: skip


def nothing_returned(ordinary: Sequence[Observation]) -> Iterator[Finding]:
    """P1: every call gives None."""
    problems = {o.comparison.problem if o.comparison else "" for o in ordinary}
    if problems == {"no_value"}:
        sentence = "The function does not return its result."
        yield finding("P1", "no return", sentence, {"cases": len(ordinary), "answer": "None"})


def raised(oracle: Oracle, ordinary: Sequence[Observation], source: str) -> Iterator[Finding]:
    """Name the cause of an exception on ordinary inputs, where its class and place give it away."""
    exception = next((o.outcome.exception for o in ordinary if o.outcome.exception is not None), None)
    if exception is None:
        return
    lines = source.split("\n")
    inside = exception.line is not None and 0 < exception.line <= len(lines)
    line = lines[exception.line - 1] if inside and exception.line is not None else ""
    for code, name, classes, text, place, sentence in (*_causes_of_indices(oracle), *_CAUSES):
        known = exception.class_name in classes.split("|") and text in exception.text
        if known and (not place or re.search(place, line)):
            evidence = {"exception": exception.class_name, "line": exception.line}
            yield finding(code, name, sentence, evidence)
            return


def _causes_of_indices(oracle: Oracle) -> Iterator[tuple[str, str, str, str, str, str]]:
    """A8 before X3 where class indices themselves are multiplied with rows, rather than used as indices."""
    task = oracle.task
    if task.target is not None and task.arguments[task.target].domain == "class_index":
        label = re.escape(task.parameters[task.target])
        multiplied = rf"(?<!\[)\b{label}\b\s*\*|\*\s*{label}\b"
        sentence = "The labels are class indices; they are multiplied as if they were one-hot rows."
        yield ("A8", "one-hot and index labels confused", "ValueError", "could not be broadcast", multiplied, sentence)


def changed_inputs(oracle: Oracle, observations: Sequence[Observation]) -> Iterator[Finding]:
    """D4: an argument's bytes differ after the call."""
    changed = [o for o in observations if o.outcome.mutated]
    if changed:
        names = [oracle.task.parameters[index] for index in changed[0].outcome.mutated]
        sentence = f"The call changes its input {' and '.join(names)} in place; the caller still needs it."
        yield finding("D4", "input mutated", sentence, {"cases": len(changed), "arguments": names})


def unsteady(oracle: Oracle, ordinary: Sequence[Observation]) -> Iterator[Finding]:
    """D5: the same input gives another answer the second time."""
    for o in ordinary:
        if o.outcome.second is None or o.array is None:
            continue
        if not compare(o.outcome.second, Expectation(o.array), rtol=oracle.task.rtol, atol=oracle.task.atol).fits:
            sentence = "A second call on the same input gives another answer: something is kept between calls."
            yield finding("D5", "state between calls", sentence, {"shape": list(o.case.shape)})
            return


def listed(observations: Sequence[Observation]) -> Iterator[Finding]:
    """D6: a list or tuple where an array is asked."""
    lists = [o for o in observations if o.comparison is not None and o.comparison.listed]
    if lists:
        kind = type(lists[0].value).__name__
        sentence = f"The result is a {kind}; an array is asked. Its values count all the same."
        yield finding("D6", "list instead of an array", sentence, {"cases": len(lists), "type": kind})


def hard_coded(observations: Sequence[Observation]) -> Iterator[Finding]:
    """P5: one and the same number for every input, and it is the answer to a printed case.

    Infinity and 0 have to be the answer to all inputs: a logarithm of 0, a fraction cut to an integer give them
    elsewhere alone.
    """
    ordinary = [o for o in observations if o.case.group == "ordinary"]
    first = ordinary[0].array if len(ordinary) >= MIN_CASES else None
    if first is None or first.ndim or np.isnan(first):
        return
    arrays = [o.array for o in (ordinary if np.isfinite(first) and first != 0.0 else observations)]
    if not all(array is not None and array.shape == () and array == first for array in arrays):
        return
    evidence = {"answer": float(first), "cases": len(ordinary)}
    if any(o.fits for o in observations if o.case.group == "sample"):
        sentence = "Every input gives the answer of a printed case: it is written into the code."
        yield finding("P5", "hard-coded sample answer", sentence, evidence)
        return
    sentence = "Every input gives one and the same number: the arguments have no effect."
    yield finding("P5", "one number for every input", sentence, evidence)


def overflowed(oracle: Oracle, extreme: Sequence[Observation]) -> Iterator[Finding]:
    """O1, O5: Python's own math raises where numpy gives infinity."""
    loss = oracle.task.loss
    for o in extreme:
        exception = o.outcome.exception
        if loss is not None and exception is not None and exception.class_name == "OverflowError":
            code = "O1" if loss.name in {CCE_LOGITS, SPARSE_LOGITS} else "O5"
            sentence = "exp overflows for large arguments. Shift the exponent so that it is never positive."
            yield finding(code, "overflow in exp", sentence, {"case": o.case.name, "line": exception.line})
            return


def log_of_zero(oracle: Oracle, edge: Sequence[Observation]) -> Iterator[Finding]:
    """E1: Python's own log raises at a perfect fit."""
    loss = oracle.task.loss
    for o in edge:
        exception = o.outcome.exception
        fits_perfectly = o.case.name == "perfect fit" and loss is not None and loss.name in {BCE, CCE}
        if fits_perfectly and exception is not None and exception.class_name == "ValueError":
            sentence = "log(0) is taken even where its factor is 0; 0·log 0 counts as 0."
            yield finding("E1", "0·log 0", sentence, {"case": o.case.name, "line": exception.line})
            return
