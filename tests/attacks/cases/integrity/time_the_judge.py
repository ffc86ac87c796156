# expect: wrong
# Guesses from how long the judge takes between two calls.

import numpy as np
import time


def mean_squared_error(y_true, y_pred):
    return time.perf_counter() % 1.0
