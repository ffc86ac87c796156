"""Forms of the activations."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms, partition

FORMS: Forms = {
    "sigmoid": lambda x: 1 / (1 + sp.exp(-x)),
    "tanh": lambda x: (sp.exp(x) - sp.exp(-x)) / (sp.exp(x) + sp.exp(-x)),
    "relu": lambda x: sp.Piecewise((x, x > 0), (0, True)),
    "softplus": lambda x: sp.log(1 + sp.exp(x)),
    "log_sigmoid": lambda x: -sp.log(1 + sp.exp(-x)),
    "logit": lambda x: sp.log(x) - sp.log(1 - x),
    "softmax": lambda x: tuple(sp.exp(entry) / partition(x) for entry in x),
    "log_softmax": lambda x: tuple(entry - sp.log(partition(x)) for entry in x),
    "logsumexp": lambda x: sp.log(partition(x)),
}
