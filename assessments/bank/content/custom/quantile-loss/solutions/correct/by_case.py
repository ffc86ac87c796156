import numpy as np


def quantile_loss(y_true, y_pred, q):
    return np.where(y_true >= y_pred, q * (y_true - y_pred), (1 - q) * (y_pred - y_true)).mean()
