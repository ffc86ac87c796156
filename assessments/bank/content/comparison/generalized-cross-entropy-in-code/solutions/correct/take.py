import numpy as np


def generalized_cross_entropy(y_true, p, q):
    chance = np.take_along_axis(p, y_true[:, None], axis=1)[:, 0]
    return float(np.sum(1 - np.power(chance, q)) / (q * len(chance)))
