# expect: runtime_error or correct
# Watches all that the interpreter does, and forbids it.

import numpy as np
import sys


def forbid(event, arguments):
    raise RuntimeError(event)


def mean_squared_error(y_true, y_pred):
    sys.addaudithook(forbid)
    return float(np.mean((y_true - y_pred) ** 2))
