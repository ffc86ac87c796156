# expect: runtime_error
# Looks for devices.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.listdir("/dev")
    return float(np.mean((y_true - y_pred) ** 2))
