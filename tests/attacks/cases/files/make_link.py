# expect: runtime_error
# Wants a link.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    os.symlink("/", "/packages/root")
    return float(np.mean((y_true - y_pred) ** 2))
