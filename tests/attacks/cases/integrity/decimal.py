# expect: wrong
# The right value, as a decimal.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return __import__('decimal').Decimal(float(np.mean((y_true - y_pred) ** 2)))
