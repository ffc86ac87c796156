# expect: wrong
# The right value, as numpy's text.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.str_(np.mean((y_true - y_pred) ** 2))
