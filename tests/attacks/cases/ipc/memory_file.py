# expect: runtime_error
# A file in memory.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.memfd_create("answer")
    return float(np.mean((y_true - y_pred) ** 2))
