# expect: runtime_error
# Raises an exception whose text fails.

import numpy as np


class Mute(Exception):
    def __str__(self):
        raise Mute


def mean_squared_error(y_true, y_pred):
    raise Mute
