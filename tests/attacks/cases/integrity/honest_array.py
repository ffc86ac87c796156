# expect: correct
# The right answer in an array without dimensions.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.asarray(np.mean((y_true - y_pred) ** 2))
