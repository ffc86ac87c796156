# expect: correct
# Opens files until no more can be opened.

import numpy as np

held = []
try:
    while True:
        held.append(open(np.__file__))
except OSError:
    pass


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
