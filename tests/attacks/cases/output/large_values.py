# expect: output_limit or time_limit
# Sends as much as a frame holds for every call: the judge would have to keep it all.

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
    encode = sys.modules["grader.sandbox.codec"].encode
    value = encode(np.zeros(3_000_000))
    frame = b"t" + struct.pack("<I", 2) + encode("value") + b"b" + struct.pack("<I", len(value)) + value
    frame = memoryview(struct.pack("<I", len(frame)) + frame)
    while True:
        left = frame
        while left:
            left = left[os.write(own_socket(), left) :]
