from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from assessments.bank import rendering
from assessments.insights.classical import TOO_FEW, Durations, Estimate

register = template.Library()

_MINUS = "\N{MINUS SIGN}"


@register.filter
def few(estimate: Estimate | Durations) -> str:
    """Say plainly that the answers are too few; empty where they are enough."""
    return f"too few answers ({estimate.n} of {TOO_FEW})" if estimate.n < TOO_FEW else ""


@register.filter
def share(value: float | None) -> str:
    """Print a fraction as whole percent; what is not known is a dash, never 0."""
    return "–" if value is None else f"{value * 100:.0f} %"


@register.filter
def coefficient(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace("-", _MINUS)


@register.filter
def share_interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{estimate.low * 100:.0f} to {estimate.high * 100:.0f} %"


@register.filter
def interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{coefficient(estimate.low)} to {coefficient(estimate.high)}"


@register.filter
def duration(seconds: float | None) -> str:
    """Print seconds as minutes and seconds."""
    return "–" if seconds is None else f"{seconds // 60:.0f}:{seconds % 60:02.0f}"


@register.filter
def inline(markdown: str) -> SafeString:
    """Print an option as candidates see it; a variant's parameter keeps its name."""
    return rendering.render_inline(markdown)


@register.filter
def points(difference: float) -> str:
    """Print a difference of scores in percentage points."""
    return f"{difference * 100:.1f} pp"


@register.filter
def p_value(value: float | None) -> str:
    return "< 0.001" if value is not None and value < 0.001 else "–" if value is None else f"{value:.3f}"
