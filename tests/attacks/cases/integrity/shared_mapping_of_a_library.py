# expect: runtime_error
# Maps numpy's library so that what it writes would stand in the file, where the next submission would run it.

import ctypes
import mmap
import os

import numpy as np
import numpy._core._multiarray_umath as library

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
file = os.open(library.__file__, os.O_RDONLY)
size, writable = ctypes.c_size_t(4096), mmap.PROT_READ | mmap.PROT_WRITE
if libc.mmap(None, size, writable, mmap.MAP_SHARED, file, ctypes.c_long(0)) == ctypes.c_void_p(-1).value:
    raise PermissionError(ctypes.get_errno(), "mmap")


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
