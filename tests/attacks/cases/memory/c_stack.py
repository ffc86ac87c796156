# expect: runtime_error or memory_limit or time_limit
# Lifts the recursion limit and runs out of stack.

import numpy as np
import json
import sys


def mean_squared_error(y_true, y_pred):
    sys.setrecursionlimit(10**9)
    json.loads("[" * 10**6)
    return float(np.mean((y_true - y_pred) ** 2))
