# expect: wrong
# Masks what would be compared.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.ma.masked_array([0.0], mask=[True])
