import numpy as np


def log_cosh(y_true, y_pred):
    r = np.abs(y_pred - y_true)
    return float(np.mean(r + np.log1p(np.exp(-2 * r)) - np.log(2)))
