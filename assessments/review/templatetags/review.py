from __future__ import annotations

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

_KINDS = {
    "correct": "good",
    "partial": "warning",
    "pending review": "info",
    "being graded": "info",
    "ungradable": "warning",
    "unanswered": "",
    "not submitted": "",
}


@register.filter
def percent(share: float | str | None) -> str:
    """Print a fraction as whole percent; a missing score is a dash, never 0."""
    return "–" if share is None or share == "" else f"{share * 100:.0f} %"


@register.filter
def points(difference: float) -> str:
    """Print the difference of two scores in percentage points, with its sign."""
    return f"{difference * 100:+.0f} pp".replace("-", "\N{MINUS SIGN}")


@register.filter
def words(name: str) -> str:
    """Print a name of the wire format as words."""
    return name.replace("_", " ")


@register.filter
def outcome_kind(outcome: str) -> str:
    """Name the colour family of an outcome's badge; the word stands in it all the same."""
    return _KINDS.get(outcome.replace("_", " "), "bad")


@register.filter
def get(mapping: dict[int, object], key: int) -> object:
    return mapping.get(key, "–")


@register.filter
def with_id(field: BoundField, suffix: int) -> SafeString:
    """Render a control that stands several times on a page, each with an id of its own."""
    return field.as_widget(attrs={"id": f"{field.id_for_label}-{suffix}"})
