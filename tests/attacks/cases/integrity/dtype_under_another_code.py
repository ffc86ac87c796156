# expect: wrong
# Lets the judge's encoder call floats integers.

import sys

import numpy as np

codec = sys.modules["grader.sandbox.codec"]
codec._KNOWN[np.dtype("f8")] = codec.DTYPES.index("i8")


def mean_squared_error(y_true, y_pred):
    return np.asarray(np.mean((y_true - y_pred) ** 2))
