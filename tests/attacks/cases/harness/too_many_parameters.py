# expect: rejected
# Wants three arguments where two come.

import numpy as np
def mean_squared_error(y_true, y_pred, weights):
    return float(np.mean(weights * (y_true - y_pred) ** 2))
