# expect: wrong
# A date.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.datetime64('2020-01-01')
