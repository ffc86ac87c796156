# expect: memory_limit
# Takes a little more, again and again.

import numpy as np


def mean_squared_error(y_true, y_pred):
    held = []
    while True:
        held.append(bytes(1 << 24))
