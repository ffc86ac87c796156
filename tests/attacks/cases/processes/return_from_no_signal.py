# expect: runtime_error
# Returns from a signal that never came, to whatever stands on the stack.

import ctypes
import os

NUMBER = {"x86_64": 15, "aarch64": 139}[os.uname().machine]


def mean_squared_error(y_true, y_pred):
    ctypes.CDLL(None).syscall(NUMBER)
    return 0.0
