# expect: correct
# Prints over what it printed. Text is text.

import numpy as np


def mean_squared_error(y_true, y_pred):
    print("wrong\rcorrect")
    return float(np.mean((y_true - y_pred) ** 2))
