# expect: correct
# The right answer as numpy gives it.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)
