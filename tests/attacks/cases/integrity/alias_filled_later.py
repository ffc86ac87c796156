# expect: wrong
# Returns an array and fills it in at the next call.

import numpy as np

buffer = None


def mean_squared_error(y_true, y_pred):
    global buffer
    if buffer is not None:
        buffer[...] = np.mean((y_true - y_pred) ** 2)
    buffer = np.zeros(())
    return buffer
