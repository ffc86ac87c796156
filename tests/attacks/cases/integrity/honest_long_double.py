# expect: correct
# The right answer in more digits.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.mean((y_true - y_pred).astype(np.longdouble) ** 2)
