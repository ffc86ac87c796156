"""What a question page needs to know of a grading spec. Keys, credits and references never pass through here."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import QueryDict

from assessments.bank import palette, rendering
from assessments.bank.models import GradingSpec, Kind, Variant
from grader.contract import Limits
from grader.kinds.specs import pairs_of
from grader.lab import DEFAULT_PARAMETERS, SCENARIOS
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


def _ordering(table: Mapping[str, Any], _spec: Mapping[str, Any], order: Sequence[int], text: str) -> dict[str, Any]:
    items = table["items"]
    return _places([_ordinal(place) for place in range(1, len(items) + 1)], items, order, text)


def _matching(table: Mapping[str, Any], _spec: Mapping[str, Any], order: Sequence[int], text: str) -> dict[str, Any]:
    pairs = pairs_of(table)
    return _places([rendering.render_inline(left) for left, _ in pairs], [right for _, right in pairs], order, text)


def _places(labels: Sequence[str], entries: Sequence[str], order: Sequence[int], text: str) -> dict[str, Any]:
    """Give each place the entry that stands there; entries go by letters, in the order in which they are shown."""
    shown = order if sorted(order) == list(range(len(entries))) else range(len(entries))
    letters = dict(zip(shown, string.ascii_uppercase, strict=False))
    chosen = places_of(text)
    return {
        "entries": [
            {"index": index, "letter": letters[index], "html": rendering.render_inline(entries[index])}
            for index in shown
        ],
        "places": [
            {"html": label, "chosen": chosen[place] if place < len(chosen) else None}
            for place, label in enumerate(labels)
        ],
    }


def _ordinal(number: int) -> str:
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number, 'th') }"


def places_of(text: str) -> list[int | None]:
    """Read the answer of a matching or an ordering: an index for each place, None where it is open."""
    words = [word.strip() for word in text.strip().strip("[]").split(",")]
    return [int(word) if _is_index(word) else None for word in words]


def places_answer(values: Sequence[str]) -> str:
    """Write an entry for each place as the answer of the kind; "" where all are open."""
    words = [str(int(value)) if _is_index(value) else "null" for value in values]
    return f"[{', '.join(words)}]" if any(word != "null" for word in words) else ""


def chosen_options(text: str) -> list[int]:
    """Read a choice's answer, the JSON list of option indices; whatever else stands there has none chosen."""
    return [int(word) for word in text.strip().strip("[]").split(",") if _is_index(word.strip())]


def choice_answer(values: Sequence[str]) -> str:
    """Write the chosen indices as the answer of the kind; "" where nothing is chosen."""
    indices = sorted({int(value) for value in values if _is_index(value)})
    return f"[{', '.join(map(str, indices))}]" if indices else ""


def read_answer(kind: str, data: QueryDict) -> str:
    """Read what the controls of a kind sent as the answer of that kind."""
    if kind in {Kind.CHOICE, Kind.LAB} and "answer" not in data:
        return choice_answer(data.getlist("option"))
    if kind in {Kind.ORDERING, Kind.MATCHING}:
        return places_answer(data.getlist("place"))
    return data.get("answer", "")


def _is_index(word: str) -> bool:
    # A number of thousands of digits would be a fault of int(), not an index.
    return word.isdecimal() and len(word) < 4


def _numeric(table: Mapping[str, Any], *_: object) -> dict[str, Any]:
    return {"unit": table.get("unit", "")}


def _derivation(table: Mapping[str, Any], *_: object) -> dict[str, Any]:
    syntax = str(table.get("syntax", "calculator"))
    return {
        "symbols": dict(table.get("variables", {})),
        "definitions": dict(table.get("definitions", {})),
        "steps": bool(table.get("steps", False)),
        "vector": table.get("mode") == "vector",
        "syntax": syntax,
        "palette": palette.keys_of(table, syntax),
        "roles": _roles(str(table.get("wrt", ""))),
    }


def _roles(wrt: str) -> dict[str, str]:
    """Name what a line of a derivation may be about, in the words of its menu."""
    return {"loss": "loss =", "gradient": f"d/d{wrt} =", "hessian": f"d²/d{wrt}² =", "let": "let"}


def _coding(table: Mapping[str, Any], spec: Mapping[str, Any], _order: object, text: str) -> dict[str, Any]:
    signature = f"def {table['function']}({', '.join(table['parameters'])}):"
    limits = Limits(**spec.get("limits", {}))
    return {
        "text": text or f"import numpy as np\n\n\n{signature}\n    ",
        "signature": signature,
        "limits": limits,
        "memory": f"{limits.memory_bytes / 2**30:g} GiB",
    }


def _lab(table: Mapping[str, Any], spec: Mapping[str, Any], order: Sequence[int], text: str) -> dict[str, Any]:
    """Give the controls of a choice or of code, whichever the lab asks for, and what is trained."""
    if "choice" in table:
        controls = {"kind": Kind.CHOICE.value, **_choice({"options": table["choice"]}, spec, order, text)}
    else:
        parameters = table.get("parameters", DEFAULT_PARAMETERS)
        controls = {"kind": Kind.CODING.value, **_coding({**table, "parameters": parameters}, spec, order, text)}
    scenario = SCENARIOS[table["scenario"]]
    told = {name: getattr(scenario, name) for name in ("trained", "targets", "predictions")}
    return {**controls, "lab": {**told, "metric": scenario.metric.words, "goal": scenario.metric.goal}}


def _written(*_: object) -> dict[str, Any]:
    return {}


_CONTEXT: Mapping[Kind, Callable[..., dict[str, Any]]] = {
    Kind.CHOICE: _choice,
    Kind.NUMERIC: _numeric,
    Kind.ORDERING: _ordering,
    Kind.MATCHING: _matching,
    Kind.DERIVATION: _derivation,
    Kind.CODING: _coding,
    Kind.LAB: _lab,
    Kind.WRITTEN: _written,
}
