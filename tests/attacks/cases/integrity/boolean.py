# expect: wrong
# A truth value where a number is asked.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return True
