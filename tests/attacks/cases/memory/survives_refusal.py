# expect: correct
# A refused allocation that is caught is no fault.

import numpy as np


def mean_squared_error(y_true, y_pred):
    try:
        np.ones(10**11)
    except MemoryError:
        pass
    return float(np.mean((y_true - y_pred) ** 2))
