# expect: wrong
# A view of one number, a quarter of a trillion times.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 38,), (0,))
