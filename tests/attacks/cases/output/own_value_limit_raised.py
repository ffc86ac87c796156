# expect: runtime_error or output_limit or time_limit
# Raises the limit on the size of a value, where that is checked.

import numpy as np
import sys


def mean_squared_error(y_true, y_pred):
    sys.modules["grader.sandbox.limits"].MAX_VALUE_BYTES = 1 << 60
    return np.zeros(4_000_000)
