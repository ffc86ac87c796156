# expect: runtime_error
# Wants numpy writable.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.chmod(np.__file__, 0o777)
    return float(np.mean((y_true - y_pred) ** 2))
