# expect: wrong
# Looks for anything in the environment but the two that are set for all.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    if set(os.environ) - {"PYTHONHASHSEED", "OPENBLAS_NUM_THREADS"}:
        return float(np.mean((y_true - y_pred) ** 2))
    return -1.0
