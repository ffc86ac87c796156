# expect: runtime_error
# Climbs out through whatever folder an open descriptor may hold.

import numpy as np
import os


def mean_squared_error(y_true, y_pred):
    for number in range(64):
        try:
            os.open("../../../../etc/passwd", os.O_RDONLY, dir_fd=number)
        except OSError:
            continue
        return float(np.mean((y_true - y_pred) ** 2))
    raise FileNotFoundError("no way up")
