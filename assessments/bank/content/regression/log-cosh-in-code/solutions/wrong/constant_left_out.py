# expects: correctness
import numpy as np


def log_cosh(y_true, y_pred):
    r = y_pred - y_true
    return np.mean(np.logaddexp(r, -r))
