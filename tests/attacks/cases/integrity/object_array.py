# expect: wrong
# Hides an object in an array.

import numpy as np


class Yes:
    def __eq__(self, other):
        return True

    __hash__ = None


def mean_squared_error(y_true, y_pred):
    return np.array(Yes(), dtype=object)
