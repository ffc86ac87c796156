# expect: runtime_error
# Wants numpy away.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.remove(np.__file__)
    return float(np.mean((y_true - y_pred) ** 2))
