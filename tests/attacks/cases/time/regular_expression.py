# expect: time_limit
# Backtracks for longer than the world will last.

import numpy as np
import re


def mean_squared_error(y_true, y_pred):
    re.match(r"(a+)+$", "a" * 64 + "b")
    return float(np.mean((y_true - y_pred) ** 2))
