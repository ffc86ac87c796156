# expect: runtime_error
# Leaves early without a word.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os._exit(0)
    return float(np.mean((y_true - y_pred) ** 2))
