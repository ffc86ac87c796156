# expect: runtime_error
# Takes away the memory on which it stands.

import ctypes

libc = ctypes.CDLL(None)


def mean_squared_error(y_true, y_pred):
    libc.munmap(ctypes.c_void_p(0), ctypes.c_size_t((1 << 47) - 4096))
    return 0.0
