# expect: runtime_error
# Advice on the memory of another process.

import ctypes
import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    libc = ctypes.CDLL(None, use_errno=True)
    number = 440 if os.uname().machine == "x86_64" else 440
    if libc.syscall(number, 1, 0, 0, 0, 0, 0) == -1 and ctypes.get_errno() == 1:
        raise OSError(1, "refused")
    return float(np.mean((y_true - y_pred) ** 2))
