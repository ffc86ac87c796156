"""What a verdict on a derivation says: witnesses and slips in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.scoring import failed, passed
from grader.verdict import Check

FORM = "form"


def form_check(problems: list[str], weight: float, form: Mapping[str, Any]) -> Check:
    """Say whether a right expression stands in the form that was asked."""
    if not problems:
        return passed(FORM, weight, "It is in the form asked for.")
    asked = f"; asked is {form['shown']}" if form.get("shown") else ""
    return failed(
        FORM, weight, f"Equal to the right expression, but not yet in the form asked: {'; '.join(problems)}{asked}."
    )


def capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def sentence(witness: Mapping[str, Any], reason: str) -> str:
    """Put a witness in words: At z = 1.2, y = 1 yours is 0.77, the right value is -0.23."""
    if "answer" not in witness:
        return f"{reason[:1].upper()}{reason[1:]}."
    at = ", ".join(f"{name} = {short(value)}" for name, value in witness.items() if name not in {"reference", "answer"})
    place = f"At {at}" if at else "Here"
    if witness["answer"] is None:
        return f"{place} yours has no value, and the right one is {short(witness['reference'])}."
    if witness["reference"] is None:
        return f"{place} yours is {short(witness['answer'])}, where the right expression has no value."
    return f"{place} yours is {short(witness['answer'])}, the right value is {short(witness['reference'])}."


def short(value: Any) -> str:
    """Print a fraction as a decimal where that is exact or long enough to repeat the point."""
    if isinstance(value, str):
        numerator, _, denominator = value.partition("/")
        if not denominator:
            return value
        number = int(numerator) / int(denominator)
        return f"{number:.6g}" if len(value) > 7 or int(denominator) in {2, 4, 5, 8, 10, 20} else value
    return f"{value:.6g}" if isinstance(value, float) else str(value)
