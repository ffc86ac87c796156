# expect: runtime_error
# Ends its only thread by a system call, behind the interpreter's back.

import ctypes
import os

NUMBER = {"x86_64": 60, "aarch64": 93}[os.uname().machine]


def mean_squared_error(y_true, y_pred):
    ctypes.CDLL(None).syscall(NUMBER, 0)
