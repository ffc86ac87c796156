import numpy as np


def roc_auc(y_true, score):
    order = np.unique(score, return_inverse=True)[1]
    counts = np.bincount(order)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[order]
    pos = y_true == 1
    n = pos.sum()
    return (ranks[pos].sum() - n * (n + 1) / 2) / (n * (len(y_true) - n))
