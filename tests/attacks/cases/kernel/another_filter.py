# expect: runtime_error
# A seccomp filter of its own.

import numpy as np
import ctypes
import sys


def system(x86_64, aarch64, *arguments):
    number = x86_64 if sys.implementation._multiarch.startswith("x86_64") else aarch64
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, *arguments) == -1:
        raise OSError(ctypes.get_errno(), "refused")


def mean_squared_error(y_true, y_pred):
    system(317, 277, 1, 0, bytes(16))
    return float(np.mean((y_true - y_pred) ** 2))
