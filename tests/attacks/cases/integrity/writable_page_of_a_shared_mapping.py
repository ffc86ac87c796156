# expect: runtime_error
# Maps numpy's library for reading and makes the page writable afterwards.

import ctypes
import mmap
import os

import numpy as np
import numpy._core._multiarray_umath as library

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
file = os.open(library.__file__, os.O_RDONLY)
page = libc.mmap(None, ctypes.c_size_t(4096), mmap.PROT_READ, mmap.MAP_SHARED, file, ctypes.c_long(0))
if libc.mprotect(ctypes.c_void_p(page), ctypes.c_size_t(4096), mmap.PROT_READ | mmap.PROT_WRITE) != 0:
    raise PermissionError(ctypes.get_errno(), "mprotect")


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
