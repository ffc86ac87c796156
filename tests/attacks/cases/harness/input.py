# expect: runtime_error
# Waits for someone to type.

import numpy as np
def mean_squared_error(y_true, y_pred):
    input()
    return float(np.mean((y_true - y_pred) ** 2))
