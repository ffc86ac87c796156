import numpy as np


def mean_squared_error(y_true, y_pred):
    r = np.ravel(y_pred - y_true)
    return float(r @ r) / r.size
