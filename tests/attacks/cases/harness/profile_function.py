# expect: runtime_error or correct
# Fails in every call that is profiled, those of the judge too.

import numpy as np
import sys


def fail(*_):
    raise BaseException


def mean_squared_error(y_true, y_pred):
    value = float(np.mean((y_true - y_pred) ** 2))
    sys.setprofile(fail)
    return value
