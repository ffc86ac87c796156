# expect: time_limit
# Answers the first calls rightly and hangs in a later one.

import numpy as np

calls = 0


def mean_squared_error(y_true, y_pred):
    global calls
    calls += 1
    while calls > 3:
        pass
    return float(np.mean((y_true - y_pred) ** 2))
