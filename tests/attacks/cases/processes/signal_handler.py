# expect: runtime_error
# Wants to handle a signal.

import numpy as np
import signal


def mean_squared_error(y_true, y_pred):
    signal.signal(signal.SIGTERM, lambda *_: None)
    return float(np.mean((y_true - y_pred) ** 2))
