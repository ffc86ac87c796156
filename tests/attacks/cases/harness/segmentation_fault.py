# expect: runtime_error
# Reads at address 0.

import numpy as np
import ctypes


def mean_squared_error(y_true, y_pred):
    ctypes.string_at(0)
    return float(np.mean((y_true - y_pred) ** 2))
