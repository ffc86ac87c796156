# expect: rejected
# Defines another name.

import numpy as np
def mse(y_true, y_pred):
    return float(np.mean((y_true - y_pred) ** 2))
