# expect: memory_limit
# Reserves what it never touches.

import numpy as np


def mean_squared_error(y_true, y_pred):
    np.zeros(10**10)
    return float(np.mean((y_true - y_pred) ** 2))
