# expect: wrong
# Makes every comparison succeed, where it runs.

import numpy as np


def mean_squared_error(y_true, y_pred):
    np.allclose = np.isclose = np.array_equal = lambda *_, **__: True
    return 0.0
