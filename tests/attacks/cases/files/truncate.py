# expect: runtime_error
# Wants numpy empty.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.truncate(np.__file__, 0)
    return float(np.mean((y_true - y_pred) ** 2))
