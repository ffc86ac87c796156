# expect: wrong
# Hides a wrong answer in the few digits of a half-precision number.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.float16(np.mean((y_true - y_pred) ** 2) * 1.0004)
