import numpy as np


def quantile_loss(y_true, y_pred, q):
    # max(q r, (q - 1) r) = |r| / 2 + (q - 1/2) r
    r = np.subtract(y_true, y_pred)
    return float(np.mean(np.abs(r) / 2 + (q - 0.5) * r))
