import numpy as np


def mean_squared_error(y_true, y_pred):
    total = 0.0
    for a, b in zip(np.ravel(y_true).tolist(), np.ravel(y_pred).tolist()):
        total += (b - a) ** 2
    return total / np.size(y_true)
