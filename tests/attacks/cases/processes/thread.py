# expect: runtime_error
# Wants a thread.

import numpy as np
import threading


def mean_squared_error(y_true, y_pred):
    thread = threading.Thread(target=print)
    thread.start()
    thread.join()
    return float(np.mean((y_true - y_pred) ** 2))
