# expect: wrong
# The right value, as the memory that holds it.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return memoryview(np.mean((y_true - y_pred) ** 2).tobytes())
