# expect: wrong
# A list in a list in a list, ten thousand times.

import numpy as np


def mean_squared_error(y_true, y_pred):
    held = 0.0
    for _ in range(10_000):
        held = [held]
    return held
