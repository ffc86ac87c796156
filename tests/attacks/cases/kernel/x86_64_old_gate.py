# expect: runtime_error
# The 32-bit gate of the kernel: getpid by int 0x80. The process is killed (elsewhere: illegal instruction).

import numpy as np
import ctypes
import mmap


def execute(code):
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return ctypes.CFUNCTYPE(ctypes.c_long)(address)()


def mean_squared_error(y_true, y_pred):
    execute(bytes.fromhex("b814000000cd80c3"))
    return float(np.mean((y_true - y_pred) ** 2))
