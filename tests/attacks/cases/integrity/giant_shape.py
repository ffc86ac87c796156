# expect: wrong
# A terabyte, for the price of one number.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.broadcast_to(0.0, (10**6, 10**6))
