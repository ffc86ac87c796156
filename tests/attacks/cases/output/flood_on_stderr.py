# expect: output_limit
# Prints without end to the other stream.

import numpy as np
import sys


def mean_squared_error(y_true, y_pred):
    while True:
        sys.stderr.write("x" * 4096)
