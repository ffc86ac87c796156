# expect: wrong
# One number for every place.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.zeros((1, 1, 1))
