# expect: wrong or runtime_error or time_limit
# Changes the number one for the whole interpreter.

import ctypes


def mean_squared_error(y_true, y_pred):
    ctypes.c_uint32.from_address(id(1) + 24).value = 0
    return 1.0
