# expect: wrong
# Hides the value in a field.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.array([(0.0,)], dtype=[("loss", "f8")])
