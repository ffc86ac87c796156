# expect: wrong
# Masks all there is.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.ma.masked
