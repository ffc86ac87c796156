# expect: correct
# Replaces the hooks of the interpreter by ones that fail.

import numpy as np
import sys

sys.excepthook = sys.unraisablehook = sys.displayhook = lambda *_: 1 / 0


class Failing:
    def __del__(self):
        raise ValueError


def mean_squared_error(y_true, y_pred):
    Failing()
    return float(np.mean((y_true - y_pred) ** 2))
