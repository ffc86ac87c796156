# expect: time_limit
# Begins a frame and hangs.

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
    os.write(own_socket(), b"\x40\x00\x00\x00t")
    while True:
        pass
