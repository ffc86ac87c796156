# expect: runtime_error
# Sends a frame that claims a verdict.

import numpy as np
import os
import struct


def own_socket():
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        return number


def mean_squared_error(y_true, y_pred):
    word = lambda text: b"s" + struct.pack("<I", len(text)) + text
    frame = b"t" + struct.pack("<I", 2) + word(b"verdict") + word(b"correct")
    os.write(own_socket(), struct.pack("<I", len(frame)) + frame)
    return float(np.mean((y_true - y_pred) ** 2))
