# expects: R6
import numpy as np


def quantile_loss(y_true, y_pred, q):
    r = y_true - y_pred
    return 2 * np.mean(np.maximum(q * r, (q - 1) * r))
