"""Forms of the losses of preferences."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms


def _dpo(
    policy_chosen: sp.Symbol,
    policy_rejected: sp.Symbol,
    reference_chosen: sp.Symbol,
    reference_rejected: sp.Symbol,
    **constants: sp.Symbol,
) -> sp.Expr:
    beta, smoothing = constants["beta"], constants["label_smoothing"]
    h = beta * (policy_chosen - policy_rejected - reference_chosen + reference_rejected)
    return (1 - smoothing) * sp.log(1 + sp.exp(-h)) + smoothing * sp.log(1 + sp.exp(h))


FORMS: Forms = {
    "bpr": lambda positive, negative: sp.log(1 + sp.exp(negative - positive)),
    "dpo": _dpo,
    "bradley_terry": lambda chosen, rejected: sp.log(1 + sp.exp(rejected - chosen)),
}
