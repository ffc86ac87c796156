# expect: runtime_error
# Wants the interpreter's watchdog, which is a thread.

import faulthandler
import numpy as np
import sys


def mean_squared_error(y_true, y_pred):
    faulthandler.dump_traceback_later(0.01, exit=True, file=3)
    return float(np.mean((y_true - y_pred) ** 2))
