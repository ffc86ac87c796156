# expect: runtime_error
# Wants signals written to the judge's socket.

import numpy as np
import os
import signal

def own_socket():
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        return number


def mean_squared_error(y_true, y_pred):
    signal.set_wakeup_fd(own_socket())
    signal.signal(signal.SIGALRM, lambda *_: None)
    return float(np.mean((y_true - y_pred) ** 2))
