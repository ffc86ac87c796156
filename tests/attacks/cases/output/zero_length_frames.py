# expect: runtime_error
# Sends frames of no length.

import os

def own_socket():
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        return number


def mean_squared_error(y_true, y_pred):
    os.write(own_socket(), bytes(4000))
    while True:
        pass
