# expect: time_limit
# Waits for a lock that it holds itself.

import numpy as np
import threading


def mean_squared_error(y_true, y_pred):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
    return float(np.mean((y_true - y_pred) ** 2))
