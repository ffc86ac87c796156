# expect: wrong
# An object that lends its memory to numpy.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return type('Lender', (), {'__array_interface__': np.mean((y_true - y_pred) ** 2, keepdims=True).__array_interface__})()
