import numpy as np


def f1_score(y_true, y_pred):
    tp = float(np.sum(y_true * y_pred))
    if tp == 0:
        return 0.0
    precision = tp / np.sum(y_pred)
    recall = tp / np.sum(y_true)
    return 2 * precision * recall / (precision + recall)
