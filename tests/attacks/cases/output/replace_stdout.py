# expect: correct
# Brings a stream of its own.

import numpy as np
import io
import sys


def mean_squared_error(y_true, y_pred):
    sys.stdout = io.StringIO()
    print("to nobody")
    return float(np.mean((y_true - y_pred) ** 2))
