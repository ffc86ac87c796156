# expect: runtime_error
# A socket by machine code, past the C library (elsewhere: an illegal instruction).

import ctypes
import mmap
import numpy as np

CODE = bytes.fromhex("b829000000bf02000000be0100000031d20f05c3")


def mean_squared_error(y_true, y_pred):
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CODE)
    result = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    if result < 0:
        raise OSError(-result, "refused")
    return float(np.mean((y_true - y_pred) ** 2))
