# expect: runtime_error
# An event counter.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.eventfd(0)
    return float(np.mean((y_true - y_pred) ** 2))
