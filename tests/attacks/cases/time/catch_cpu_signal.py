# expect: time_limit
# Wants to ignore the signal of the CPU limit.

import numpy as np
import signal


def mean_squared_error(y_true, y_pred):
    try:
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    except OSError:
        pass
    while True:
        pass
