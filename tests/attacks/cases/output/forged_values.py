# expect: wrong
# Answers all calls itself, with numbers of its own: they are only values.

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
    value = b"d" + struct.pack("<d", 0.0)
    frame = (
        b"t"
        + struct.pack("<I", 2)
        + b"s"
        + struct.pack("<I", 5)
        + b"value"
        + b"b"
        + struct.pack("<I", len(value))
        + value
    )
    os.write(own_socket(), (struct.pack("<I", len(frame)) + frame) * 100)
    while True:
        pass
