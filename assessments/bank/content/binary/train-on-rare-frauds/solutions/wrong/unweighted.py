# expects: correctness, off_target
import numpy as np


def weighted_cross_entropy(y_true, z):
    p = 1.0 / (1.0 + np.exp(-z))
    return np.mean(np.logaddexp(0, z) - y_true * z), (p - y_true) / len(z)
