# expect: runtime_error
# Wants to change numpy for the next submission.

import numpy as np


def mean_squared_error(y_true, y_pred):
    open(np.__file__, "a")
    return float(np.mean((y_true - y_pred) ** 2))
