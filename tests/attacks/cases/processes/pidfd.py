# expect: runtime_error
# Wants a handle on the zygote.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.pidfd_open(os.getppid())
    return float(np.mean((y_true - y_pred) ** 2))
