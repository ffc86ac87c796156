# expect: wrong
# A complex number where a real one is asked.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return complex(np.mean((y_true - y_pred) ** 2), 0.0)
