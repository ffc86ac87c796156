# expect: time_limit
# Waits in the kernel for a word of memory that nobody will ever change.

import ctypes
import os

WAIT = 0
NUMBER = {"x86_64": 202, "aarch64": 98}[os.uname().machine]
libc = ctypes.CDLL(None)
word = ctypes.c_int(7)


def mean_squared_error(y_true, y_pred):
    while True:
        libc.syscall(NUMBER, ctypes.byref(word), WAIT, 7, None, None, 0)
