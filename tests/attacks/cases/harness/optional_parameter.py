# expect: correct
# Has a parameter more, with a default.

import numpy as np
def mean_squared_error(y_true, y_pred, axis=None):
    return float(np.mean((y_true - y_pred) ** 2, axis=axis))
