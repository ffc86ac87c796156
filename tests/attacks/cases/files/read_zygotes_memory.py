# expect: runtime_error
# Reads /proc of another process.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    open(f"/proc/{os.getppid()}/mem", "rb")
    return float(np.mean((y_true - y_pred) ** 2))
