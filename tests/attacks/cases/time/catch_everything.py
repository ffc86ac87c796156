# expect: time_limit
# Catches whatever would stop it.

import numpy as np


def mean_squared_error(y_true, y_pred):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
