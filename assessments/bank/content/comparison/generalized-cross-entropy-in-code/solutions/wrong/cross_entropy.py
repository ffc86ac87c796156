# expects: correctness
import numpy as np


def generalized_cross_entropy(y_true, p, q):
    chance = p[np.arange(len(y_true)), y_true]
    return np.mean(-np.log(np.maximum(chance, 1e-15)))
