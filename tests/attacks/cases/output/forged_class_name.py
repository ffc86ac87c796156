# expect: runtime_error
# Forges an exception whose class has a name of ten thousand letters.

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
    frame = sys.modules["grader.sandbox.codec"].encode(("call", None, None, (), ("E" * 10_000, 1, ""), "", None, None))
    left = memoryview(struct.pack("<I", len(frame)) + frame)
    while left:
        left = left[os.write(own_socket(), left) :]
    while True:
        pass
