# expect: runtime_error
# Changes how the judge writes a float, to what nobody reads.

import numpy as np
import sys

sys.modules["grader.sandbox.codec"]._SIMPLE[float] = lambda value: b"?" + bytes(8)


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
