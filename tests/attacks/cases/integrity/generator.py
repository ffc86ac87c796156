# expect: wrong
# The right value, later.

import numpy as np


def mean_squared_error(y_true, y_pred):
    yield float(np.mean((y_true - y_pred) ** 2))
