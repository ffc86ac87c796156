# expect: runtime_error
# Wants a folder.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.mkdir("/inside/answer")
    return float(np.mean((y_true - y_pred) ** 2))
