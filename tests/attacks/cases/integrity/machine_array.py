# expect: wrong
# The right value, in an array that is not numpy's.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return __import__('array').array('d', [float(np.mean((y_true - y_pred) ** 2))])
