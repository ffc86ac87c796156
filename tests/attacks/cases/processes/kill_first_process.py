# expect: runtime_error
# Wants to kill the first process of its namespace.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.kill(1, 9)
    return float(np.mean((y_true - y_pred) ** 2))
