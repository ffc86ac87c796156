# expect: runtime_error
# Names an argument that does not exist.

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
    value = b"b" + struct.pack("<I", 1) + b"N"
    changed = b"t" + struct.pack("<I", 1) + b"i" + struct.pack("<q", 10**6)
    frame = b"t" + struct.pack("<I", 8) + word(b"call") + value + b"N" + changed + b"N" + word(b"") + b"NN"
    os.write(own_socket(), struct.pack("<I", len(frame)) + frame)
    return float(np.mean((y_true - y_pred) ** 2))
