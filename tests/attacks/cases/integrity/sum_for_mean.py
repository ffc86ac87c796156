# expect: wrong
# An honest mistake, as a control.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return float(np.sum((y_true - y_pred) ** 2))
