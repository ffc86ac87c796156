"""Findings that need no transformation: nothing returned, an exception with a known cause, an input changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from grader.comparison import Expectation, compare
from grader.mistakes.formulas import BCE, CCE, CCE_LOGITS, SPARSE_LOGITS
from grader.verdict import Finding

if TYPE_CHECKING:
    from grader.observations import Observation
    from grader.oracle import Oracle

# (code, name, exception class, pattern in its text, pattern in the line that raised it, sentence)
_CAUSES = (
    ("X8", "np.max for np.maximum", "TypeError|AxisError", "", r"\b(max|min)\(\s*0(\.0*)?\s*,",
     "np.max(0, x) takes x for an axis; np.maximum(0, x) compares entry by entry."),
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
        yield Finding("P1", "no return", sentence, {"cases": len(ordinary), "answer": "None"})


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
            yield Finding(code, name, sentence, evidence)
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
        yield Finding("D4", "input mutated", sentence, {"cases": len(changed), "arguments": names})


def unsteady(oracle: Oracle, ordinary: Sequence[Observation]) -> Iterator[Finding]:
    """D5: the same input gives another answer the second time."""
    for o in ordinary:
        if o.outcome.second is None or o.array is None:
            continue
        if not compare(o.outcome.second, Expectation(o.array), rtol=oracle.task.rtol, atol=oracle.task.atol).fits:
            sentence = "A second call on the same input gives another answer: something is kept between calls."
            yield Finding("D5", "state between calls", sentence, {"shape": list(o.case.shape)})
            return


def listed(observations: Sequence[Observation]) -> Iterator[Finding]:
    """D6: a list or tuple where an array is asked."""
    lists = [o for o in observations if o.comparison is not None and o.comparison.listed]
    if lists:
        kind = type(lists[0].value).__name__
        sentence = f"The result is a {kind}; an array is asked. Its values count all the same."
        yield Finding("D6", "list instead of an array", sentence, {"cases": len(lists), "type": kind})


def hard_coded(observations: Sequence[Observation]) -> Iterator[Finding]:
    """P5: one and the same number for every input, and it is the answer to a printed case."""
    ordinary = [o for o in observations if o.case.group == "ordinary"]
    arrays = [o.array for o in ordinary]
    first = arrays[0] if arrays else None
    if first is None or first.ndim or len(ordinary) < 3:
        return
    constant = all(array is not None and array.shape == () and array == first for array in arrays)
    if constant and any(o.fits for o in observations if o.case.group == "sample"):
        sentence = "Every input gives the answer of a printed case: it is written into the code."
        yield Finding("P5", "hard-coded sample answer", sentence, {"answer": float(first), "cases": len(ordinary)})


def overflowed(oracle: Oracle, extreme: Sequence[Observation]) -> Iterator[Finding]:
    """O1, O5: Python's own math raises where numpy gives infinity."""
    loss = oracle.task.loss
    for o in extreme:
        exception = o.outcome.exception
        if loss is not None and exception is not None and exception.class_name == "OverflowError":
            code = "O1" if loss.name in {CCE_LOGITS, SPARSE_LOGITS} else "O5"
            sentence = "exp overflows for large arguments. Shift the exponent so that it is never positive."
            yield Finding(code, "overflow in exp", sentence, {"case": o.case.name, "line": exception.line})
            return


def log_of_zero(oracle: Oracle, edge: Sequence[Observation]) -> Iterator[Finding]:
    """E1: Python's own log raises at a perfect fit."""
    loss = oracle.task.loss
    for o in edge:
        exception = o.outcome.exception
        fits_perfectly = o.case.name == "perfect fit" and loss is not None and loss.name in {BCE, CCE}
        if fits_perfectly and exception is not None and exception.class_name == "ValueError":
            sentence = "log(0) is taken even where its factor is 0; 0·log 0 counts as 0."
            yield Finding("E1", "0·log 0", sentence, {"case": o.case.name, "line": exception.line})
            return


def rounded(oracle: Oracle, ordinary: Sequence[Observation]) -> Iterator[Finding]:
    """D3 and D2: every answer is the right one rounded to some number of decimals, or cut to an integer."""
    arrays = [o.array for o in ordinary]
    rights = [np.asarray(oracle.expectation(o.case).value, dtype=np.float64) for o in ordinary]
    cut = [np.trunc(right) for right in rights]
    if all(a is not None and np.array_equal(a, c) for a, c in zip(arrays, cut, strict=True)):
        yield Finding("D2", "cut to integers", "The result is cut to integers.", {"cases": len(ordinary)})
        return
    for decimals in range(1, 7):
        pairs = zip(arrays, rights, strict=True)
        if all(a is not None and a.shape == r.shape and np.allclose(a, np.round(r, decimals), rtol=1e-12, atol=1e-12)
               for a, r in pairs):  # fmt: skip
            sentence = f"The result is rounded to {decimals} decimals; return it as it is."
            yield Finding("D3", "rounding", sentence, {"decimals": decimals, "cases": len(ordinary)})
            return
