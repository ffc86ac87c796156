# expect: runtime_error
# Wants a thread by the low way.

import _thread
import numpy as np


def mean_squared_error(y_true, y_pred):
    _thread.start_new_thread(print, ())
    return float(np.mean((y_true - y_pred) ** 2))
