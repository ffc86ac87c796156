# expect: correct
# Prints NUL. Text is text.

import numpy as np


def mean_squared_error(y_true, y_pred):
    print("\0")
    return float(np.mean((y_true - y_pred) ** 2))
