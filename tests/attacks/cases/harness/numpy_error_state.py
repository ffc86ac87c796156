# expect: correct
# Makes numpy raise wherever it would warn, and buffer as little as it can.

import numpy as np

np.seterr(all="raise")
np.setbufsize(16)


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
