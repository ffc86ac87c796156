# expect: output_limit
# Prints without end.

import numpy as np


def mean_squared_error(y_true, y_pred):
    while True:
        print("x" * 4096)
