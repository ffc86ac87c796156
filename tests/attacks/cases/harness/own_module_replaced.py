# expect: correct
# Puts something else in the place of its own module.

import numpy as np
import sys

sys.modules[__name__] = None


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
