import numpy as np


def gaussian_nll(y_true, mean, variance):
    r = np.ravel(y_true) - np.ravel(mean)
    v = np.ravel(variance)
    return float(np.sum(np.log(v) + r * r / v) / (2 * v.size))
