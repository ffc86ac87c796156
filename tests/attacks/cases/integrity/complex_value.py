# expect: wrong
# A right real part, and an imaginary part to be dropped.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return complex(np.mean((y_true - y_pred) ** 2), 1.0)
