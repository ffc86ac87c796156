# expect: runtime_error
# Wants to kill itself another way.

import numpy as np
import signal


def mean_squared_error(y_true, y_pred):
    signal.raise_signal(signal.SIGKILL)
    return float(np.mean((y_true - y_pred) ** 2))
