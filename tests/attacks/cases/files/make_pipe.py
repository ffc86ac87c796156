# expect: runtime_error
# Wants a pipe.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.mkfifo("/answer")
    return float(np.mean((y_true - y_pred) ** 2))
