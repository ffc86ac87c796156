# expect: correct
# An object that can be called will do.

import numpy as np
class MeanSquaredError:
    def __call__(self, y_true, y_pred):
        return float(np.mean((y_true - y_pred) ** 2))


mean_squared_error = MeanSquaredError()
