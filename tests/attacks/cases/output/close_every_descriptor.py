# expect: runtime_error
# Closes what it might answer on.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.closerange(0, 1024)
    return float(np.mean((y_true - y_pred) ** 2))
