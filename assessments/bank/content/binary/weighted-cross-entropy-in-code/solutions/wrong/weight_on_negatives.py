# expects: correctness
import numpy as np


def weighted_cross_entropy(y_true, p, pos_weight):
    q = np.clip(p, 1e-15, 1 - 1e-15)
    return -np.mean(y_true * np.log(q) + pos_weight * (1 - y_true) * np.log(1 - q))
