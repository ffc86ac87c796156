# expect: time_limit
# Waits instead of computing.

import numpy as np
import time


def mean_squared_error(y_true, y_pred):
    time.sleep(3600)
    return float(np.mean((y_true - y_pred) ** 2))
