# expect: runtime_error
# Lists its descriptors where the kernel shows them.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.listdir("/proc/self/fd")
    return float(np.mean((y_true - y_pred) ** 2))
