# expect: time_limit
# Raises an exception whose text never comes to an end.

import numpy as np


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def mean_squared_error(y_true, y_pred):
    raise Endless
