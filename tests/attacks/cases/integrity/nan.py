# expect: wrong
# NaN, in the hope that it passes as anything.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return float("nan")
