# expect: wrong
# The right value, wrapped.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return {"loss": float(np.mean((y_true - y_pred) ** 2))}
