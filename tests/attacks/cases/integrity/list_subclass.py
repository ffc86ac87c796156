# expect: wrong
# A list with manners of its own.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return type('List', (list,), {'__len__': lambda self: 1 / 0})([0.0])
