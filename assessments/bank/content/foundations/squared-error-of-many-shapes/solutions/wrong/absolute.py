# expects: correctness
import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.mean(np.abs(y_pred - y_true))
