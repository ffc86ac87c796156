# expect: runtime_error
# Leaves a call to abort with the interpreter, for the next moment it is at rest.

import ctypes

import numpy as np


def mean_squared_error(y_true, y_pred):
    value = float(np.mean((y_true - y_pred) ** 2))
    ctypes.pythonapi.Py_AddPendingCall(ctypes.CDLL(None).abort, None)
    return value
