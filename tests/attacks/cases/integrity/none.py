# expect: wrong
# Nothing at all.

import numpy as np


def mean_squared_error(y_true, y_pred):
    print(np.mean((y_true - y_pred) ** 2))
    return None
