"""What a question page needs to know of a grading spec. Keys, credits and references never pass through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assessments.bank import rendering
from assessments.bank.models import GradingSpec, Kind, Variant
from grader.contract import Limits
from grader.questions import realise


def widget(
    *, variant: Variant, kind: str, spec: GradingSpec, order: Sequence[int] = (), text: str = ""
) -> dict[str, Any]:
    """Give the template context of an answer's controls, filled with `text`."""
    realised = realise(spec.spec, variant.parameters)
    table = realised.get(kind, {})
    return {"kind": kind, "text": text, **_CONTEXT[Kind(kind)](table, realised, order, text)}


def _choice(table: Mapping[str, Any], _spec: Mapping[str, Any], order: Sequence[int], text: str) -> dict[str, Any]:
    options = table["options"]
    chosen = set(chosen_options(text))
    shown = order if sorted(order) == list(range(len(options))) else range(len(options))
    return {
        "multiple": table.get("multiple", False),
        "options": [
            {"index": index, "html": rendering.render_inline(options[index]["text"]), "chosen": index in chosen}
            for index in shown
        ],
    }


def chosen_options(text: str) -> list[int]:
    """Read a choice's answer, the JSON list of option indices; whatever else stands there has none chosen."""
    return [int(word) for word in text.strip().strip("[]").split(",") if _is_index(word.strip())]


def choice_answer(values: Sequence[str]) -> str:
    """Write the chosen indices as the answer of the kind; "" where nothing is chosen."""
    indices = sorted({int(value) for value in values if _is_index(value)})
    return f"[{', '.join(map(str, indices))}]" if indices else ""


def _is_index(word: str) -> bool:
    # A number of thousands of digits would be a fault of int(), not an index.
    return word.isdecimal() and len(word) < 4


def _numeric(table: Mapping[str, Any], *_: object) -> dict[str, Any]:
    return {"unit": table.get("unit", "")}


def _derivation(table: Mapping[str, Any], *_: object) -> dict[str, Any]:
    return {
        "symbols": dict(table.get("variables", {})),
        "definitions": dict(table.get("definitions", {})),
        "steps": bool(table.get("steps", False)),
        "syntax": table.get("syntax", "calculator"),
    }


def _coding(table: Mapping[str, Any], spec: Mapping[str, Any], _order: object, text: str) -> dict[str, Any]:
    signature = f"def {table['function']}({', '.join(table['parameters'])}):"
    limits = Limits(**spec.get("limits", {}))
    return {
        "text": text or f"import numpy as np\n\n\n{signature}\n    ",
        "signature": signature,
        "limits": limits,
        "memory": f"{limits.memory_bytes / 2**30:g} GiB",
    }


def _written(*_: object) -> dict[str, Any]:
    return {}


_CONTEXT: Mapping[Kind, Callable[..., dict[str, Any]]] = {
    Kind.CHOICE: _choice,
    Kind.NUMERIC: _numeric,
    Kind.DERIVATION: _derivation,
    Kind.CODING: _coding,
    Kind.WRITTEN: _written,
}
