# expect: runtime_error
# Writes to every descriptor that might be open.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    for number in range(1024):
        try:
            os.write(number, b"correct")
        except OSError:
            pass
    return float(np.mean((y_true - y_pred) ** 2))
