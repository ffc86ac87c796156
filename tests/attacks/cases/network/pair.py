# expect: runtime_error
# Sockets to itself.

import numpy as np
import socket


def mean_squared_error(y_true, y_pred):
    socket.socketpair()
    return float(np.mean((y_true - y_pred) ** 2))
