import numpy as np


def weighted_cross_entropy(y_true, p, pos_weight):
    q = np.clip(p, 1e-15, 1 - 1e-15)
    return -np.mean(pos_weight * y_true * np.log(q) + (1 - y_true) * np.log(1 - q))
