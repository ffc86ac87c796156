# expect: runtime_error
# Takes the judge's encoder away.

import numpy as np
import sys


def mean_squared_error(y_true, y_pred):
    sys.modules["grader.sandbox.child"].encode = None
    return float(np.mean((y_true - y_pred) ** 2))
