# expect: correct
# Loops when the interpreter ends: it never ends in order, so nobody waits.

import numpy as np
import atexit


@atexit.register
def forever():
    while True:
        pass


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
