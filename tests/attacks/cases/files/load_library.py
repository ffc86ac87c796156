# expect: runtime_error
# Loads a library that lies where it wants one to lie.

import _ctypes
import numpy as np


def mean_squared_error(y_true, y_pred):
    _ctypes.dlopen("/tmp/answers.so", 2)
    return float(np.mean((y_true - y_pred) ** 2))
