# expects: R1
import numpy as np


def expectile_loss(y_true, y_pred, tau):
    weight = np.where(y_true >= y_pred, tau, 1 - tau)
    return np.sum(weight * (y_true - y_pred) ** 2)
