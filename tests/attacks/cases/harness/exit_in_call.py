# expect: runtime_error
# Leaves early and politely.

import numpy as np
import sys


def mean_squared_error(y_true, y_pred):
    sys.exit(0)
    return float(np.mean((y_true - y_pred) ** 2))
