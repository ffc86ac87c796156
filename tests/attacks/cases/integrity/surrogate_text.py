# expect: wrong
# Text that no encoding holds.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return "\ud800"
