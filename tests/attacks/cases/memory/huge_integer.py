# expect: memory_limit or time_limit
# Lets an integer grow.

import numpy as np


def mean_squared_error(y_true, y_pred):
    number = 3
    while True:
        number *= number
