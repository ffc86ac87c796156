# expect: time_limit
# Never ends.

import numpy as np


def mean_squared_error(y_true, y_pred):
    while True:
        pass
