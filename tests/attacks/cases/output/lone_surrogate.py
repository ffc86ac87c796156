# expect: correct
# Prints what no encoding holds. Text is text.

import numpy as np


def mean_squared_error(y_true, y_pred):
    print("\ud800")
    return float(np.mean((y_true - y_pred) ** 2))
