# expect: runtime_error
# Closes the judge's channel and puts a file in its place.

import os

import numpy as np

for number in range(64):
    try:
        os.close(number)
    except OSError:
        pass
for _ in range(60):
    os.open(np.__file__, os.O_RDONLY)


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
