# expect: output_limit
# Raises the limit on what it prints, where that is counted.

import numpy as np
import sys


def mean_squared_error(y_true, y_pred):
    sys.stdout._left = 1 << 60
    print("x" * 1_200_000)
    return float(np.mean((y_true - y_pred) ** 2))
