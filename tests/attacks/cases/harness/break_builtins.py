# expect: runtime_error or correct
# Takes away what the judge calls.

import numpy as np
import builtins


def mean_squared_error(y_true, y_pred):
    value = float(np.mean((y_true - y_pred) ** 2))
    for name in ("len", "type", "isinstance", "tuple", "map", "str"):
        delattr(builtins, name)
    return value
