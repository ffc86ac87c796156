# expect: runtime_error
# Raises a text that no encoding holds.

import numpy as np


def mean_squared_error(y_true, y_pred):
    raise ValueError("\ud800\0")
