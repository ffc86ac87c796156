# expects: correctness
import numpy as np


def weighted_cross_entropy(y_true, p, pos_weight):
    q = np.clip(p, 1e-15, 1 - 1e-15)
    w = np.where(y_true == 1, pos_weight, 1.0)
    return -np.sum(w * (y_true * np.log(q) + (1 - y_true) * np.log(1 - q))) / np.sum(w)
