# expect: runtime_error
# Announces a frame of four gigabytes.

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
    os.write(own_socket(), b"\xff\xff\xff\xff")
    return float(np.mean((y_true - y_pred) ** 2))
