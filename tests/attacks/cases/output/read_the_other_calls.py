# expect: time_limit or runtime_error
# Reads the calls that are still to come off the wire.

import numpy as np
import os


def own_socket():
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        return number


def mean_squared_error(y_true, y_pred):
    os.read(own_socket(), 1 << 20)
    return float(np.mean((y_true - y_pred) ** 2))
