# expect: wrong
# Answers with the right eight bytes of no type.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.void(np.mean((y_true - y_pred) ** 2).tobytes())
