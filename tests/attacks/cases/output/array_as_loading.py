# expect: runtime_error
# Answers with an array before it is loaded.

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

frame = sys.modules["grader.sandbox.codec"].encode(("failed", np.zeros(3), np.zeros(3)))
os.write(own_socket(), struct.pack("<I", len(frame)) + frame)


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
