# expect: time_limit
# Loops in a finalizer during the call.

import numpy as np


class Sticky:
    def __del__(self):
        while True:
            pass


def mean_squared_error(y_true, y_pred):
    held = Sticky()
    del held
    return float(np.mean((y_true - y_pred) ** 2))
