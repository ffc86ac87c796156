# expect: wrong
# Nothing, of an enormous shape.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.empty((0, 2**40))
