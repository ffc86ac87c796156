# expect: runtime_error
# Leaves an interrupt behind that strikes in the judge's code, after the answer.

import ctypes

import numpy as np


def mean_squared_error(y_true, y_pred):
    value = float(np.mean((y_true - y_pred) ** 2))
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(__import__("threading").get_ident()), ctypes.py_object(KeyboardInterrupt)
    )
    return value
