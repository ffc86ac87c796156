# expect: runtime_error
# TCP over IPv6.

import numpy as np
import socket


def mean_squared_error(y_true, y_pred):
    socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    return float(np.mean((y_true - y_pred) ** 2))
