# expect: wrong
# Gives the digits instead of the number.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return str(float(np.mean((y_true - y_pred) ** 2)))
