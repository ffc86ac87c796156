# expect: wrong
# A list that holds itself.

import numpy as np


def mean_squared_error(y_true, y_pred):
    held = []
    held.append(held)
    return held
