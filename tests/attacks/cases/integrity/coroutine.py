# expect: wrong
# The right value, later still.

import numpy as np


async def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
