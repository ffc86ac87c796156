# expects: R1
import numpy as np


def quantile_loss(y_true, y_pred, q):
    r = y_true - y_pred
    return np.sum(np.maximum(q * r, (q - 1) * r))
