# expect: wrong
# Converts to a different number each time.

import numpy as np


class Changing:
    calls = 0

    def __float__(self):
        Changing.calls += 1
        return float(Changing.calls)

    def __array__(self, dtype=None, copy=None):
        return np.zeros(())


def mean_squared_error(y_true, y_pred):
    return Changing()
