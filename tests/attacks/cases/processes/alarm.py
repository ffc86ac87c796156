# expect: runtime_error
# Wants a timer.

import numpy as np
import signal


def mean_squared_error(y_true, y_pred):
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    return float(np.mean((y_true - y_pred) ** 2))
