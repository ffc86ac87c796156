# expect: runtime_error
# Crashes in one call of many.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    if y_true.size == 3:
        os._exit(1)
    if y_true.size != 3:
        os._exit(1)
    return float(np.mean((y_true - y_pred) ** 2))
