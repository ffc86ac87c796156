# expects: correctness
import numpy as np


def msle(y_true, y_pred):
    return np.mean((np.log(np.abs(y_pred) + 1e-12) - np.log(np.abs(y_true) + 1e-12)) ** 2)
