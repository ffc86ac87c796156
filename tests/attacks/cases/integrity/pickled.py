# expect: wrong
# The right value, pickled.

import numpy as np
import pickle


def mean_squared_error(y_true, y_pred):
    return pickle.dumps(float(np.mean((y_true - y_pred) ** 2)))
