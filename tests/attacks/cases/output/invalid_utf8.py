# expect: runtime_error
# Wants to print bytes.

import numpy as np
import sys


def mean_squared_error(y_true, y_pred):
    sys.stdout.buffer.write(b"\xff\xfe")
    return float(np.mean((y_true - y_pred) ** 2))
