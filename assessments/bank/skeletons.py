"""A first, readable text for each kind of question, so that an author edits rather than guesses the form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assessments.bank.models import Kind
from grader.questions import QuestionFolder, Solution

_SPECS: dict[str, dict[str, Any]] = {
    Kind.CHOICE: {
        "choice": {
            "multiple": False,
            "options": [
                {"text": "The right option", "credit": 1, "feedback": "Why it is right."},
                {"text": "A tempting one", "credit": 0, "feedback": "Why it is wrong."},
            ],
        }
    },
    Kind.NUMERIC: {"numeric": {"answer": "1/3", "rtol": 0.0, "atol": 0.001}},
    Kind.ORDERING: {"ordering": {"items": ["The first", "The second", "The third"], "credit": "position"}},
    Kind.MATCHING: {
        "matching": {
            "pairs": [
                {"left": "One thing", "right": "Its partner"},
                {"left": "Another", "right": "The other's partner"},
            ]
        }
    },
    Kind.DERIVATION: {
        "derivation": {
            "reference": "2*(x - y)",
            "loss": "(x - y)^2",
            "wrt": "x",
            "variables": {"x": "real", "y": "real"},
        }
    },
    Kind.CODING: {
        "coding": {
            "function": "mean_squared_error",
            "parameters": ["y_true", "y_pred"],
            "reference": "mean_squared_error",
            "gives": "value",
            "options": {"reduction": "mean"},
        }
    },
    Kind.LAB: {
        "lab": {
            "scenario": "outliers",
            "function": "robust_loss",
            "parameters": ["y_true", "y_pred"],
            "reference": "huber",
            "options": {"delta": 1.0},
            "pinned": False,
            "thresholds": {"convergence": 0.9, "held_out": 0.9},
        }
    },
    Kind.WRITTEN: {"written": {"rubric": [{"criterion": "What must be said", "points": 2, "description": "…"}]}},
}
_SOLUTIONS: dict[str, tuple[str, str, str]] = {
    # kind: file name, a right answer, a wrong one
    Kind.CHOICE: ("first.json", "[0]", "[1]"),
    Kind.NUMERIC: ("number.txt", "1/3", "2/3"),
    Kind.ORDERING: ("key.json", "[0, 1, 2]", "[2, 1, 0]"),
    Kind.MATCHING: ("key.json", "[0, 1]", "[1, 0]"),
    Kind.DERIVATION: ("short.txt", "2*(x - y)", "x - y"),
    Kind.CODING: (
        "numpy_mean.py",
        "import numpy as np\n\n\ndef mean_squared_error(y_true, y_pred):\n    return np.mean((y_true - y_pred) ** 2)\n",
        """# expects: correctness
import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.sum((y_true - y_pred) ** 2)
""",
    ),
    Kind.LAB: (
        "absolute_error.py",
        """import numpy as np


def robust_loss(y_true, y_pred):
    r = y_pred - y_true
    return np.mean(np.abs(r)), np.sign(r) / r.size
""",
        """# expects: correctness
import numpy as np


def robust_loss(y_true, y_pred):
    r = y_pred - y_true
    return np.mean(np.abs(r)), np.sign(r)
""",
    ),
}
# What an answer must define stands in the statement, or the question is not certified.
_TASK = "State the task, what is given, and the form of the answer."
_STATEMENTS: dict[str, str] = {
    Kind.CODING: f"{_TASK}\n\n```python\ndef mean_squared_error(y_true, y_pred):\n    ...\n```",
    Kind.LAB: f"{_TASK}\n\n```python\ndef robust_loss(y_true, y_pred):\n    ...\n```",
    Kind.DERIVATION: f"{_TASK}\n\nThe symbols are $x$ and $y$.",
}


# Lists whose texts are to be written over; what else a skeleton holds is an example that works.
_TO_WRITE = {Kind.CHOICE: "options", Kind.ORDERING: "items", Kind.MATCHING: "pairs", Kind.WRITTEN: "rubric"}


def left_over(question: QuestionFolder) -> list[str]:
    """Name what still stands as the skeleton had it and says nothing."""
    found = ["the statement"] if _TASK in question.statement else []
    name = _TO_WRITE.get(Kind(question.kind))
    if name is None:
        return found
    begun = set(_texts(_SPECS[question.kind][question.kind][name]))
    return found + [f"“{text}”" for text in _texts(question.spec.get(question.kind, {}).get(name, ())) if text in begun]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def question(kind: str, slug: str) -> QuestionFolder:
    right, wrong = [], []
    if kind in _SOLUTIONS:
        name, good, bad = _SOLUTIONS[kind]
        right, wrong = [Solution(name, good)], [Solution(f"not_{name}", bad, ("correctness",))]
    return QuestionFolder(
        slug=slug,
        title="",
        kind=kind,
        spec=_SPECS[kind],
        statement=_STATEMENTS.get(kind, _TASK) + "\n",
        minutes=5,
        points=1,
        source="Original",
        solutions_correct=tuple(right),
        solutions_wrong=tuple(wrong),
    )
