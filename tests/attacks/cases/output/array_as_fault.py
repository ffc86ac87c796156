# expect: runtime_error
# Confesses an array in place of a fault: whoever compares it with words fails.

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
    frame = sys.modules["grader.sandbox.codec"].encode(("fault", np.zeros(3)))
    os.write(own_socket(), struct.pack("<I", len(frame)) + frame)
    while True:
        pass
