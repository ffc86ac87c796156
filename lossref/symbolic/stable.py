"""Terms of stable forms, where the sums in the forms, or in sympy's derivatives of them, are others.

A number that is computed as a difference is as good as the larger of its two terms. Which difference that is, is seen
from the form where it is written as one; the entries here are computed by other sums than those they are written as.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from lossref.symbolic._shared import partition, smoothed

Row = tuple[sp.Symbol, ...]
TermsOf = Callable[..., list[tuple[Any, ...]]]


def _softmax_less_labels(y_true: Any, z: Row, label_smoothing: sp.Symbol) -> list[tuple[Any, ...]]:
    """Σ a · softmax(z)_k − a_k."""
    labels = smoothed(y_true, len(z), label_smoothing)
    return [(sum(labels) * sp.exp(entry) / partition(z), label) for entry, label in zip(z, labels, strict=True)]


def _shift_and_rest(x: Row) -> list[tuple[Any, ...]]:
    """Largest entry, and the logarithm of what Σ e^x is in units of it."""
    return [(sp.Max(*x),)]


TERMS: Mapping[tuple[str, str | None], TermsOf] = {
    ("categorical_cross_entropy_with_logits", "z"): _softmax_less_labels,
    ("sparse_categorical_cross_entropy_with_logits", "z"): _softmax_less_labels,
    ("logsumexp", None): _shift_and_rest,
}


def stated_terms(name: str, wrt: str | None, arguments: dict[str, Any]) -> list[tuple[Any, ...]]:
    """For each number that an entry's value or slope consists of, its terms; none where the form shows them."""
    function = TERMS.get((name, wrt))
    return [] if function is None else function(**arguments)
