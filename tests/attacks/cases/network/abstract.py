# expect: runtime_error
# A Unix socket with an abstract name.

import numpy as np
import socket


def mean_squared_error(y_true, y_pred):
    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    return float(np.mean((y_true - y_pred) ** 2))
