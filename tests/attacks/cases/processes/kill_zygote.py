# expect: runtime_error
# Wants to kill the process that makes the next submissions.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.kill(os.getppid(), 9)
    return float(np.mean((y_true - y_pred) ** 2))
