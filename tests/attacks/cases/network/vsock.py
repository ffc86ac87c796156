# expect: runtime_error
# A socket to the host of a virtual machine.

import numpy as np
import socket


def mean_squared_error(y_true, y_pred):
    socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)
    return float(np.mean((y_true - y_pred) ** 2))
