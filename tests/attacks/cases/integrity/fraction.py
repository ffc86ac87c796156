# expect: wrong
# The right value, as a fraction.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return __import__('fractions').Fraction(float(np.mean((y_true - y_pred) ** 2)))
