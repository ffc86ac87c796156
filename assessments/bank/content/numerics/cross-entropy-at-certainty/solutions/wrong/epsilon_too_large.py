# expects: E4
import numpy as np


def binary_cross_entropy(y_true, p):
    eps = 0.01
    return np.mean(-y_true * np.log(p + eps) - (1 - y_true) * np.log(1 - p + eps))
