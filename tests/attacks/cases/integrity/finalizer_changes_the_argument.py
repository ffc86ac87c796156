# expect: wrong
# Makes the arguments equal when the last name of a value is gone, after the answer was given.

import weakref

import numpy as np


class Last:
    pass


def mean_squared_error(y_true, y_pred):
    last = Last()
    weakref.finalize(last, np.copyto, y_pred, y_true)
    del last
    return float(np.mean((y_true - y_pred) ** 2))
