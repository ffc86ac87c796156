# expect: runtime_error
# Tries every number of a system call that the sandbox does not name; one that is not refused would be a way out.

import ctypes
import errno
import os
import sys

import numpy as np

numbers = sys.modules["grader.sandbox.syscalls"].MACHINES[os.uname().machine].numbers
named = {number for name, number in numbers.items() if name not in {"seccomp", "ioctl", "clone3"}}
refusals = {errno.EPERM, errno.ENOSYS, errno.ENOTTY}
libc = ctypes.CDLL(None, use_errno=True)


def is_refused(number):
    return libc.syscall(number, 0, 0, 0, 0, 0, 0) == -1 and ctypes.get_errno() in refusals


if all(is_refused(number) for number in range(1024) if number not in named):
    raise PermissionError


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
