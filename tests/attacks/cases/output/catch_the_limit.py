# expect: output_limit
# Wants to go on after the limit.

import numpy as np


def mean_squared_error(y_true, y_pred):
    try:
        print("x" * (2 << 20))
    except BaseException:
        pass
    return float(np.mean((y_true - y_pred) ** 2))
