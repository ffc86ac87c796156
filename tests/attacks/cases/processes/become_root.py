# expect: runtime_error
# Wants to be root.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.setuid(0)
    return float(np.mean((y_true - y_pred) ** 2))
