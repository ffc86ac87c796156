# expect: wrong
# Answers in numpy's text of any length.

import numpy as np


def mean_squared_error(y_true, y_pred):
    value = np.mean((y_true - y_pred) ** 2)
    return np.array([str(value)], dtype=np.dtypes.StringDType())
