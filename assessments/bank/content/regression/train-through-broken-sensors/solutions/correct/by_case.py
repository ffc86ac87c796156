import numpy as np


def huber(y_true, y_pred):
    r = y_pred - y_true
    small = np.abs(r) <= 1.0
    value = np.mean(np.where(small, 0.5 * r**2, np.abs(r) - 0.5))
    gradient = np.where(small, r, np.sign(r)) / r.size
    return value, gradient
