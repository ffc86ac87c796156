import numpy as np


def roc_auc(y_true, score):
    diff = score[y_true == 1][:, None] - score[y_true == 0][None, :]
    return float(np.mean((diff > 0) + 0.5 * (diff == 0)))
