# expects: numerical_stability
import numpy as np


def log_cosh(y_true, y_pred):
    with np.errstate(over="ignore"):
        return np.mean(np.log(np.cosh(y_pred - y_true)))
