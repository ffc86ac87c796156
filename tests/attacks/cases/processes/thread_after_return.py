# expect: runtime_error
# Wants a thread that goes on after the answer.

import numpy as np
import threading


def mean_squared_error(y_true, y_pred):
    threading.Timer(0.01, print).start()
    return float(np.mean((y_true - y_pred) ** 2))
