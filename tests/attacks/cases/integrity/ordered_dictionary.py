# expect: wrong
# A dictionary of another kind.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return __import__('collections').OrderedDict(value=0.0)
