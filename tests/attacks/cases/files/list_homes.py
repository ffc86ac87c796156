# expect: runtime_error
# Looks for homes.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.listdir("/home")
    return float(np.mean((y_true - y_pred) ** 2))
