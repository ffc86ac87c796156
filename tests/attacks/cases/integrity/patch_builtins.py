# expect: wrong
# Changes what equality is computed with.

import numpy as np
import builtins


def mean_squared_error(y_true, y_pred):
    builtins.abs = lambda _: 0.0
    builtins.all = lambda _: True
    return 0.0
