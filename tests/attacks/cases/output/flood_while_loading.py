# expect: output_limit
# Prints too much before it is ever called.

import numpy as np

print("x" * (2 << 20))


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
