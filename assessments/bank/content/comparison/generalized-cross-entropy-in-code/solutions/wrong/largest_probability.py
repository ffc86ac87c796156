# expects: correctness
import numpy as np


def generalized_cross_entropy(y_true, p, q):
    return np.mean((1 - p.max(axis=1) ** q) / q)
