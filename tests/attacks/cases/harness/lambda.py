# expect: correct
# A lambda is a function.

import numpy as np
mean_squared_error = lambda y_true, y_pred: float(np.mean((y_true - y_pred) ** 2))
