# expect: runtime_error
# Asks for an address.

import numpy as np
import socket


def mean_squared_error(y_true, y_pred):
    socket.getaddrinfo("example.org", 80)
    return float(np.mean((y_true - y_pred) ** 2))
