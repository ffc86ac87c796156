# expect: runtime_error
# Wants to starve the process that makes the next submissions.

import numpy as np
import os
import resource


def mean_squared_error(y_true, y_pred):
    resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))
    return float(np.mean((y_true - y_pred) ** 2))
