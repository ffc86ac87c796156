# expect: wrong
# Infinity, in the hope of an infinite tolerance.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return float("inf")
