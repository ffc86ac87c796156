# expect: runtime_error
# A lock that others can see.

import numpy as np
import fcntl


def mean_squared_error(y_true, y_pred):
    with open(np.__file__) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
    return float(np.mean((y_true - y_pred) ** 2))
