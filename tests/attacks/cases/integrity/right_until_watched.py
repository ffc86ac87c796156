# expect: wrong or partial or runtime_error
# Right in the first call only.

import numpy as np

calls = 0


def mean_squared_error(y_true, y_pred):
    global calls
    calls += 1
    if calls > 1:
        return -1.0
    return float(np.mean((y_true - y_pred) ** 2))
