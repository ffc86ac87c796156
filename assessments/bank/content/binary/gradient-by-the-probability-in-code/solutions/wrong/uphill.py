# expects: correctness
import numpy as np


def cross_entropy_gradient(y_true, p):
    q = np.clip(p, 1e-12, 1 - 1e-12)
    return (y_true - q) / (q * (1 - q)) / np.size(p)
