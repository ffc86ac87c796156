# expect: runtime_error
# Reads /proc.

import numpy as np


def mean_squared_error(y_true, y_pred):
    open("/proc/self/environ").read()
    return float(np.mean((y_true - y_pred) ** 2))
