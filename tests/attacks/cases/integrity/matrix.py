# expect: wrong
# An old kind of array.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.asmatrix(np.mean((y_true - y_pred) ** 2))
