# expect: time_limit
# Loops while the source is loaded.

import numpy as np


def decorate(function):
    while True:
        pass


@decorate
def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
