"""How the atlas writes what the catalogue holds: numbers, intervals, names of sets and kinds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from assessments import plots

KINDS = {"value": "loss", "transform": "transform", "metric": "metric", "step": "optimizer step"}
ROLES = {"target": "target", "prediction": "prediction", "hyper": "hyper-parameter", "input": "input", "state": "state"}
SHAPES = {
    "elements": "any shape",
    "rows": "(N, C), classes or features last",
    "row": "(N,)",
    "scalar": "one number",
    "whole": "as the definition says",
}
OPTIONS = {
    "reduction": "how the terms become one number",
    "log_base": "base of the logarithm: nats, bits or bans",
    "eps_policy": "what happens at log 0",
    "label_encoding": "which two numbers stand for the two classes",
    "half": "whether a factor ½ stands in front",
    "average": "how the classes are averaged",
    "zero_division": "what 0/0 is",
    "variant": "which of the published definitions",
    "full": "whether the terms that do not depend on the prediction are there",
    "log_input": "whether the logarithm of the rate is predicted",
    "scale": "a fraction, or per cent",
    "normalize": "whether the vectors are divided by their norms first",
    "similar_label": "which label means a similar pair",
    "eps_correction": "whether eps is added after or before the bias correction",
    "eps_placement": "whether eps stands inside or outside the root",
    "smooth": "what is added to numerator and denominator",
    "power": "the exponent of each shortfall",
    "sign": "the similarity, or its negative as a loss",
    "squared": "whether the distances are squared",
    "swap": "whether the nearer of anchor and positive is held against the negative",
    "symmetric": "whether both directions are averaged",
    "sides": "whether norms below 1 are penalized too",
    "reconstruction": "how the reconstruction is scored",
    "temperature_squared": "whether the soft part is multiplied by the square of the temperature",
    "form": "which likelihood the weights come from",
    "targeted": "whether the step goes towards the given label or away from it",
    "zero_infinity": "whether a target that fits no alignment counts 0 instead of +∞",
    "length_normalization": "whether each term is divided by the length of its target",
    "adjusted": "whether chance is subtracted",
    "weighting": "how disagreements weigh with their distance",
    "pos_label": "which label counts as positive",
    "ties": "where tied scores rank",
    "ignore_ties": "whether tied scores are left in their order instead of averaged",
    "gain": "how relevance turns into gain",
    "edges": "to which bin an edge belongs",
    "norm": "how the gaps of the bins are put together",
    "axis": "over which axes one set runs; None for all",
    "empty": "the value where target and prediction are both empty",
    "force_finite": "whether a constant target gives 0 or 1 instead of NaN or −∞",
}


number = plots.number


def numbers(value: Any) -> str:
    """Write a number, an array of numbers or a tuple of such."""
    if isinstance(value, tuple):
        return "; ".join(numbers(entry) for entry in value)
    array = np.asarray(value)
    if array.ndim == 0:
        return number(float(array)) if array.dtype.kind in "fiub" else str(value)
    return f"[{', '.join(numbers(entry) for entry in array)}]"


def interval(low: float, high: float) -> str:
    """Write a closed interval, open where it has no end; a single number where it is one."""
    if low == high:
        return number(low)
    left, right = ("(" if math.isinf(low) else "["), (")" if math.isinf(high) else "]")
    return f"{left}{number(low)}, {number(high)}{right}"


def option(value: Any) -> str:
    """Write an option's value as it is typed.

    Examples
    --------
    >>> option("mean"), option(None), option(2)
    ('"mean"', 'None', '2')
    """
    return f'"{value}"' if isinstance(value, str) else repr(value)


def breakable(name: str) -> SafeString:
    """Let a long name go on in the next line after an underscore."""
    return format_html_join(mark_safe("_<wbr>"), "{}", ((part,) for part in name.split("_")))


def title(name: str) -> str:
    """Write a family or a property as words."""
    return name.replace("_", " ")


def listed(items: Iterable[str]) -> str:
    """Join items with commas and a last `and`.

    Examples
    --------
    >>> listed(["torch", "keras", "optax"])
    'torch, keras and optax'
    """
    *first, last = items
    return f"{', '.join(first)} and {last}" if first else last
