import numpy as np


def f1_score(y_true, y_pred):
    tp = np.sum((y_true == 1) & (y_pred == 1))
    wrong = np.sum(y_true != y_pred)
    return 2 * tp / (2 * tp + wrong) if tp else 0.0
