# expect: runtime_error
# The x32 numbers of the kernel. The process is killed (elsewhere: refused).

import numpy as np
import ctypes


def mean_squared_error(y_true, y_pred):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(0x40000000 + 39) == -1:
        raise OSError(ctypes.get_errno(), "refused")
    return float(np.mean((y_true - y_pred) ** 2))
