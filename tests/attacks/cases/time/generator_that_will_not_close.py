# expect: time_limit
# A generator that ignores that it is closed, when the function ends.

import numpy as np


def endless():
    while True:
        try:
            yield
        except GeneratorExit:
            while True:
                pass


def mean_squared_error(y_true, y_pred):
    generator = endless()
    next(generator)
    return float(np.mean((y_true - y_pred) ** 2))
