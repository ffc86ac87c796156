# expects: correctness
import numpy as np


def weighted_cross_entropy(y_true, z):
    p = 1.0 / (1.0 + np.exp(-z))
    weight = np.where(y_true == 1, 20.0, 1.0)
    return np.mean(weight * (np.logaddexp(0, z) - y_true * z)), (p - y_true) / len(z)
