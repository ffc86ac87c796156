import numpy as np


def msle(y_true, y_pred):
    total = 0.0
    for a, b in zip(np.ravel(y_true), np.ravel(y_pred)):
        total += (np.log1p(b) - np.log1p(a)) ** 2
    return total / np.size(y_true)
