# expect: output_limit
# Computes the right value and prints too much.

import numpy as np


def mean_squared_error(y_true, y_pred):
    value = float(np.mean((y_true - y_pred) ** 2))
    print("x" * (2 << 20))
    return value
