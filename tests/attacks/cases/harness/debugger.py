# expect: runtime_error
# Leaves a breakpoint in.

import numpy as np
def mean_squared_error(y_true, y_pred):
    breakpoint()
    return float(np.mean((y_true - y_pred) ** 2))
