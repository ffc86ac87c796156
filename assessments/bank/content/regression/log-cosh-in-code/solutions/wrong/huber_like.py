# expects: correctness
import numpy as np


def log_cosh(y_true, y_pred):
    r = np.abs(y_pred - y_true)
    return np.mean(np.where(r < 1, r**2 / 2, r - 0.5))
