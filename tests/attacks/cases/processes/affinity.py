# expect: runtime_error
# Wants a processor for itself.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.sched_setaffinity(0, {0})
    return float(np.mean((y_true - y_pred) ** 2))
