"""Cross-entropies: of two classes or many, of labels as probabilities or as indices, from probabilities or logits."""

from lossref.classification import binary, categorical, sparse
from lossref.classification.binary import binary_cross_entropy, binary_cross_entropy_with_logits
from lossref.classification.categorical import (
    categorical_cross_entropy,
    categorical_cross_entropy_with_logits,
)
from lossref.classification.sparse import (
    nll,
    sparse_categorical_cross_entropy,
    sparse_categorical_cross_entropy_with_logits,
)

SPECS = binary.SPECS + categorical.SPECS + sparse.SPECS

__all__ = [
    "SPECS",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "categorical_cross_entropy",
    "categorical_cross_entropy_with_logits",
    "nll",
    "sparse_categorical_cross_entropy",
    "sparse_categorical_cross_entropy_with_logits",
]
