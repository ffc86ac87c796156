# expect: runtime_error
# Wants to leave a file in memory.

import numpy as np


def mean_squared_error(y_true, y_pred):
    open("/dev/shm/answer", "w")
    return float(np.mean((y_true - y_pred) ** 2))
