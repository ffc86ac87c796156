# expect: runtime_error
# Wants its limits back by the C library.

import ctypes
import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    for name in (0, 1, 4, 7, 9):
        limit = (ctypes.c_ulong * 2)(2**64 - 1, 2**64 - 1)
        if ctypes.CDLL(None, use_errno=True).setrlimit(name, limit) == 0:
            return float(np.mean((y_true - y_pred) ** 2))
    raise OSError(ctypes.get_errno(), "every limit is kept")
