# expects: A1
import numpy as np


def binary_cross_entropy(y_true, p):
    y = np.clip(y_true, 1e-12, 1 - 1e-12)
    return -np.mean(p * np.log(y) + (1 - p) * np.log(1 - y))
