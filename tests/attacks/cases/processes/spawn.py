# expect: runtime_error
# Wants to start a program.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.posix_spawn("/python/bin/python3", ["python3"], {})
    return float(np.mean((y_true - y_pred) ** 2))
