# expect: correct
# Fails in a finalizer, where an exception goes nowhere.

import numpy as np


class Failing:
    def __del__(self):
        raise SystemExit(3)


def mean_squared_error(y_true, y_pred):
    Failing()
    return float(np.mean((y_true - y_pred) ** 2))
