# expect: time_limit
# Never finishes telling what arguments it takes.

import numpy as np


class Endless:
    @property
    def __signature__(self):
        while True:
            pass

    def __call__(self, y_true, y_pred):
        return float(np.mean((y_true - y_pred) ** 2))


mean_squared_error = Endless()
