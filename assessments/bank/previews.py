"""A question as its candidates see it, for its authors: a stored version, or one that is being typed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from assessments.bank import keys, rendering, selectors, skeletons
from assessments.bank.models import GradingSpec, QuestionVersion, Variant
from assessments.bank.widgets import widget
from grader.kinds.specs import fixed_order, is_shuffled
from grader.lints import lints
from grader.questions import QuestionFolder, realise


def of_version(version: QuestionVersion, chosen: str, *, text: str = "") -> dict[str, Any]:
    """Give what the candidate's own templates need, for the chosen variant."""
    variant = variant_of(version, chosen)
    shown = _controls(variant, version.kind, selectors.live_spec(version), text)
    return {"variants": list(version.variants.all()), "variant": variant, "right": _right(variant.key), **shown}


def variant_of(version: QuestionVersion, chosen: str) -> Variant:
    """Give the variant whose number a page sent, else the first."""
    variants = list(version.variants.all())
    # A number of thousands of digits would be a fault of int(), not a variant.
    number = int(chosen) if chosen.isdecimal() and len(chosen) < 6 else 0
    return variants[number if number < len(variants) else 0]


def _right(key: str | list[str] | None) -> list[str]:
    """Give the right answer's parts as a reader sees them; an expression or a number is no Markdown."""
    return [rendering.render_inline(text) for text in key] if isinstance(key, list) else []


def of_folder(question: QuestionFolder, chosen: str) -> dict[str, Any]:
    """Give the same for a question that is no row yet, with what certification will say of its text."""
    count = max(1, len(question.variants))
    number = int(chosen) if chosen in map(str, range(count)) else 0
    parameters = dict(question.parameters(number))
    variant = Variant(
        number=number,
        parameters=parameters,
        statement_html=rendering.render(str(realise(question.statement, parameters))),
        explanation_html=rendering.render(str(realise(question.explanation, parameters))),
    )
    version = QuestionVersion(title=question.title, kind=question.kind, minutes=int(question.minutes))
    spec = GradingSpec(spec=dict(question.spec))
    shown = _controls(variant, question.kind, spec, "")
    return {
        "version": version,
        "variant": variant,
        "variant_rows": [(n, question.parameters(n), keys.right_answer(question, n)) for n in range(count)],
        "left_over": skeletons.left_over(question),
        "lints": lints(question, number),
        **shown,
    }


def _controls(variant: Variant, kind: str, spec: GradingSpec, text: str) -> dict[str, Any]:
    shuffled = is_shuffled(kind, spec.spec)
    order = _example_order(kind, spec.spec)
    shown = widget(variant=variant, kind=kind, spec=spec, order=order, text=text)
    return {"widget": shown, "shuffled": shuffled, "locked": bool(order) and not shuffled}


def _example_order(kind: str, spec: Mapping[str, Any]) -> list[int]:
    """Give the order that everybody sees, or of those that are drawn one that is no key."""
    order = fixed_order(kind, spec)
    if is_shuffled(kind, spec):
        random.Random(1).shuffle(order)  # noqa: S311 - an example for the page
    return order
