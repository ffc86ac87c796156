# expect: runtime_error
# Sends a frame of brackets within brackets.

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
    frame = (b"t" + struct.pack("<I", 1)) * 10_000 + b"N"
    os.write(own_socket(), struct.pack("<I", len(frame)) + frame)
    while True:
        pass
