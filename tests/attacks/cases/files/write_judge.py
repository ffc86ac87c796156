# expect: runtime_error
# Wants to change the judge.

import numpy as np
import sys


def mean_squared_error(y_true, y_pred):
    open(sys.modules["grader.sandbox.child"].__file__, "a")
    return float(np.mean((y_true - y_pred) ** 2))
