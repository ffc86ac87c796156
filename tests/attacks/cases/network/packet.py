# expect: runtime_error
# Frames.

import numpy as np
import socket


def mean_squared_error(y_true, y_pred):
    socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    return float(np.mean((y_true - y_pred) ** 2))
