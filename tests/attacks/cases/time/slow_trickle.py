# expect: time_limit
# Prints a little now and then, as if it were alive.

import numpy as np
import time


def mean_squared_error(y_true, y_pred):
    while True:
        print(".")
        time.sleep(0.02)
