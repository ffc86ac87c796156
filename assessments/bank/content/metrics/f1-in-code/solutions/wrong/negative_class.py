# expects: correctness
import numpy as np


def f1_score(y_true, y_pred):
    tp = np.sum((y_true == 0) & (y_pred == 0))
    return 2 * tp / (2 * tp + np.sum(y_true != y_pred)) if tp else 0.0
