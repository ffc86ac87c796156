# expect: wrong
# Nothing, which differs from nothing.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.array([])
