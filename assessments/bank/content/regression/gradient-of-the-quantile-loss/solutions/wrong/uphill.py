# expects: correctness
import numpy as np


def quantile_gradient(y_true, y_pred, q):
    return np.where(y_true > y_pred, q, q - 1) / np.size(y_true)
