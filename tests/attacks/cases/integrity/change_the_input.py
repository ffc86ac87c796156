# expect: wrong
# Makes the two arguments equal, so that zero would be right.

import numpy as np


def mean_squared_error(y_true, y_pred):
    y_pred[...] = y_true
    return 0.0
