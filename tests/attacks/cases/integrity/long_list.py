# expect: wrong
# A list of two million.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return [0.0] * 2_000_000
