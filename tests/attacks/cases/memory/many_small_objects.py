# expect: memory_limit or time_limit
# Grows by small objects.

import numpy as np


def mean_squared_error(y_true, y_pred):
    held = []
    while True:
        held.append([None] * 1000)
