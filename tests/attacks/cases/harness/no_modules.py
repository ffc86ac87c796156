# expect: correct or runtime_error
# Forgets every module.

import numpy as np
import sys

sys.modules.clear()


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
