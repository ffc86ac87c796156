"""Losses of a margin: what a score, or the difference of two, falls short of."""

from lossref.margin import binary, multiclass, multilabel, pairs
from lossref.margin.binary import exponential, hinge, logistic, perceptron, squared_hinge
from lossref.margin.multiclass import multiclass_hinge, multiclass_perceptron
from lossref.margin.multilabel import multilabel_margin, multilabel_soft_margin
from lossref.margin.pairs import hinge_embedding, margin_ranking

SPECS = binary.SPECS + multiclass.SPECS + multilabel.SPECS + pairs.SPECS

__all__ = [
    "SPECS",
    "exponential",
    "hinge",
    "hinge_embedding",
    "logistic",
    "margin_ranking",
    "multiclass_hinge",
    "multiclass_perceptron",
    "multilabel_margin",
    "multilabel_soft_margin",
    "perceptron",
    "squared_hinge",
]
