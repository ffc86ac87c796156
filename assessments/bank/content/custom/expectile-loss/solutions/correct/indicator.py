import numpy as np


def expectile_loss(y_true, y_pred, tau):
    return np.mean(np.abs(tau - (y_true < y_pred)) * (y_true - y_pred) ** 2)
