# expect: time_limit
# Traces every call, those of the judge in its process too, and loops there.

import numpy as np
import sys


def trace(frame, event, argument):
    if "sandbox" in frame.f_code.co_filename:
        while True:
            pass


def mean_squared_error(y_true, y_pred):
    sys.settrace(trace)
    return float(np.mean((y_true - y_pred) ** 2))
