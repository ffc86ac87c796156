# expect: correct
# Loads numpy again under the judge's feet.

import importlib
import warnings

import numpy as np

warnings.simplefilter("ignore")
importlib.reload(np)


def mean_squared_error(y_true, y_pred):
    return np.asarray(np.mean((y_true - y_pred) ** 2))
