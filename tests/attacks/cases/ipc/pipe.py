# expect: runtime_error
# A pipe to itself.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.pipe()
    return float(np.mean((y_true - y_pred) ** 2))
