# expect: time_limit
# Announces a long frame and sends it byte by byte: something always comes, and it never ends.

import os
import struct
import time


def own_socket():
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        return number


def mean_squared_error(y_true, y_pred):
    socket = own_socket()
    os.write(socket, struct.pack("<I", 50_000_000))
    while True:
        os.write(socket, b"N")
        time.sleep(0.0003)
