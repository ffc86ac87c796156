# expect: runtime_error
# Wants to become another program.

import numpy as np
import os
import sys


def mean_squared_error(y_true, y_pred):
    os.execv(sys.executable, [sys.executable, "-c", ""])
    return float(np.mean((y_true - y_pred) ** 2))
