# expects: correctness
import numpy as np


def quantile_gradient(y_true, y_pred, q):
    return np.where(y_true > y_pred, -q, 1 - q)
