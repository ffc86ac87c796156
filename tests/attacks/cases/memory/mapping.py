# expect: runtime_error or memory_limit
# Maps more than there is.

import mmap
import numpy as np


def mean_squared_error(y_true, y_pred):
    with mmap.mmap(-1, 1 << 40):
        return float(np.mean((y_true - y_pred) ** 2))
