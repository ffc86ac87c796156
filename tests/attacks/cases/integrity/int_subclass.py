# expect: wrong
# An int with manners of its own.

import numpy as np


class Mine(int):
    pass


def mean_squared_error(y_true, y_pred):
    return Mine(1)
