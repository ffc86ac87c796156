# expect: runtime_error
# An array at address zero.

import ctypes
import numpy as np


def mean_squared_error(y_true, y_pred):
    return float(np.ctypeslib.as_array(ctypes.cast(8, ctypes.POINTER(ctypes.c_double)), (1,))[0])
