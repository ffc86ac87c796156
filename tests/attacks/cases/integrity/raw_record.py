# expect: wrong
# The right value, as eight bytes of nothing.

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2).view(np.dtype((np.void, 8)))
