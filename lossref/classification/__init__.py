"""Losses of labels: cross-entropies and their variants, of two classes or many, from probabilities or logits."""

from lossref.classification import (
    binary,
    categorical,
    costs,
    focal,
    layers,
    projections,
    scores,
    sparse,
    variants,
    weighted,
)
from lossref.classification.binary import binary_cross_entropy, binary_cross_entropy_with_logits
from lossref.classification.categorical import categorical_cross_entropy, categorical_cross_entropy_with_logits
from lossref.classification.costs import cost_sensitive_cross_entropy
from lossref.classification.focal import binary_focal, binary_focal_with_logits, categorical_focal
from lossref.classification.layers import adaptive_log_softmax, linear_cross_entropy
from lossref.classification.projections import multiclass_sparsemax, sparsemax
from lossref.classification.scores import brier, hamming, multiclass_brier, zero_one
from lossref.classification.sparse import (
    nll,
    sparse_categorical_cross_entropy,
    sparse_categorical_cross_entropy_with_logits,
)
from lossref.classification.variants import generalized_cross_entropy, poly_cross_entropy, ranking_softmax
from lossref.classification.weighted import weighted_binary_cross_entropy, weighted_binary_cross_entropy_with_logits

_MODULES = (binary, weighted, focal, categorical, sparse, variants, projections, costs, layers, scores)

SPECS = tuple(spec for module in _MODULES for spec in module.SPECS)

__all__ = [
    "SPECS",
    "adaptive_log_softmax",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "binary_focal",
    "binary_focal_with_logits",
    "brier",
    "categorical_cross_entropy",
    "categorical_cross_entropy_with_logits",
    "categorical_focal",
    "cost_sensitive_cross_entropy",
    "generalized_cross_entropy",
    "hamming",
    "linear_cross_entropy",
    "multiclass_brier",
    "multiclass_sparsemax",
    "nll",
    "poly_cross_entropy",
    "ranking_softmax",
    "sparse_categorical_cross_entropy",
    "sparse_categorical_cross_entropy_with_logits",
    "sparsemax",
    "weighted_binary_cross_entropy",
    "weighted_binary_cross_entropy_with_logits",
    "zero_one",
]
