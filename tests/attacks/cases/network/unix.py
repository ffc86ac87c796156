# expect: runtime_error
# A Unix socket.

import numpy as np
import socket


def mean_squared_error(y_true, y_pred):
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    return float(np.mean((y_true - y_pred) ** 2))
