# expect: wrong
# A float with the right value and manners of its own.

import numpy as np


class Mine(float):
    pass


def mean_squared_error(y_true, y_pred):
    return Mine(np.mean((y_true - y_pred) ** 2))
