# expect: runtime_error
# The kernel as a library.

import numpy as np
import socket


def mean_squared_error(y_true, y_pred):
    socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
    return float(np.mean((y_true - y_pred) ** 2))
