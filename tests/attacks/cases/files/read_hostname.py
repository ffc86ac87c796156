# expect: runtime_error
# Reads /etc.

import numpy as np


def mean_squared_error(y_true, y_pred):
    open("/etc/hostname").read()
    return float(np.mean((y_true - y_pred) ** 2))
