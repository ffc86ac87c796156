# expect: memory_limit
# Asks for 800 GB at once.

import numpy as np


def mean_squared_error(y_true, y_pred):
    np.ones(10**11)
    return float(np.mean((y_true - y_pred) ** 2))
