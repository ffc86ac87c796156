# expect: runtime_error
# Gives an array whose memory is gone, so that the judge's own encoder crashes.

import ctypes
import mmap

import numpy as np

libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p


def mean_squared_error(y_true, y_pred):
    private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    page = libc.mmap(None, ctypes.c_size_t(4096), mmap.PROT_READ | mmap.PROT_WRITE, private, -1, ctypes.c_long(0))
    array = np.frombuffer((ctypes.c_double * 4).from_address(page))
    libc.munmap(ctypes.c_void_p(page), ctypes.c_size_t(4096))
    return array
