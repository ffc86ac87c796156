# expect: rejected
# Takes its arguments by name only.

import numpy as np
def mean_squared_error(*, y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
