"""Metrics: what is reported of predictions. They have no gradient and no symbolic form."""

from lossref.metrics import calibration, labels, likelihood, ranking, rates, regression, skill
from lossref.metrics.calibration import expected_calibration_error, top_label_calibration_error
from lossref.metrics.labels import accuracy, balanced_accuracy, cohen_kappa, confusion_matrix, matthews_corrcoef
from lossref.metrics.likelihood import log_loss
from lossref.metrics.ranking import average_precision, dcg, ndcg, roc_auc, top_k_accuracy
from lossref.metrics.rates import f1, fbeta, jaccard_score, precision, recall
from lossref.metrics.regression import explained_variance, max_error, median_absolute_error, r2
from lossref.metrics.skill import d2_absolute_error, d2_brier, d2_log_loss, d2_pinball, d2_tweedie

SPECS = (
    *labels.SPECS,
    *rates.SPECS,
    *ranking.SPECS,
    *calibration.SPECS,
    *likelihood.SPECS,
    *regression.SPECS,
    *skill.SPECS,
)

__all__ = [
    "SPECS",
    "accuracy",
    "average_precision",
    "balanced_accuracy",
    "cohen_kappa",
    "confusion_matrix",
    "d2_absolute_error",
    "d2_brier",
    "d2_log_loss",
    "d2_pinball",
    "d2_tweedie",
    "dcg",
    "expected_calibration_error",
    "explained_variance",
    "f1",
    "fbeta",
    "jaccard_score",
    "log_loss",
    "matthews_corrcoef",
    "max_error",
    "median_absolute_error",
    "ndcg",
    "precision",
    "r2",
    "recall",
    "roc_auc",
    "top_k_accuracy",
    "top_label_calibration_error",
]
