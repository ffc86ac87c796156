# expect: runtime_error
# Wants another root.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.chroot("/")
    return float(np.mean((y_true - y_pred) ** 2))
