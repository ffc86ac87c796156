# expect: runtime_error or time_limit
# Forges a value of a million empty lists: small on the wire, large where it is rebuilt.

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
    value = b"l" + struct.pack("<I", 1_000_000) + (b"l" + struct.pack("<I", 0)) * 1_000_000
    encode = sys.modules["grader.sandbox.codec"].encode
    frame = b"t" + struct.pack("<I", 2) + encode("value") + b"b" + struct.pack("<I", len(value)) + value
    left = memoryview(struct.pack("<I", len(frame)) + frame)
    while left:
        left = left[os.write(own_socket(), left) :]
    while True:
        pass
