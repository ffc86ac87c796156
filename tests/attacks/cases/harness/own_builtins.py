# expect: runtime_error
# Brings builtins of its own and misses one.

import numpy as np

__builtins__ = {"__import__": __import__}


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
