# expect: wrong
# Sends each answer itself and gives it again, so that answers and questions part.

import numpy as np
import os
import struct
import sys

def own_socket():
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        return number


def mean_squared_error(y_true, y_pred):
    value = float(np.mean((y_true - y_pred) ** 2))
    codec = sys.modules["grader.sandbox.codec"]
    frame = codec.encode(("value", codec.encode(value)))
    os.write(own_socket(), struct.pack("<I", len(frame)) + frame)
    return value
