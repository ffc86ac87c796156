# expect: wrong
# The way to the right value.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return lambda: float(np.mean((y_true - y_pred) ** 2))
