# expect: time_limit
# Stays in C, where no Python exception is delivered.

import numpy as np
import itertools


def mean_squared_error(y_true, y_pred):
    sum(itertools.repeat(1))
    return float(np.mean((y_true - y_pred) ** 2))
