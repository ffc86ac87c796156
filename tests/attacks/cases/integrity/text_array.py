# expect: wrong
# Gives the digits in an array.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.array(str(float(np.mean((y_true - y_pred) ** 2))))
