# expect: runtime_error
# Wants to look like the victim of a memory limit.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.kill(os.getpid(), 9)
    return float(np.mean((y_true - y_pred) ** 2))
