# expect: wrong
# An integer beyond 64 bits.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return 10**400
