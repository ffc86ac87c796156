# expect: wrong
# Answers by the number of the call.

import numpy as np

calls = -1


def mean_squared_error(y_true, y_pred):
    global calls
    calls += 1
    return [0.25, 0.5, 1.0, 2.0][calls % 4]
