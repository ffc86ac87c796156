# expect: runtime_error
# Borrows the answer from a library that is not on offer.

import numpy as np
import assessments.settings


def mean_squared_error(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
