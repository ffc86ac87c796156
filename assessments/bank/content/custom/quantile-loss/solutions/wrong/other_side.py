# expects: correctness
import numpy as np


def quantile_loss(y_true, y_pred, q):
    r = y_pred - y_true
    return np.mean(np.maximum(q * r, (q - 1) * r))
