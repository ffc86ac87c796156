# expect: correct
# The right value in the other byte order.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.array(np.mean((y_true - y_pred) ** 2), dtype=">f8")
