# expect: runtime_error
# Types into the terminal of whoever runs the judge.

import fcntl
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
    fcntl.ioctl(own_socket(), 0x5412, b"x")
    return float(np.mean((y_true - y_pred) ** 2))
