# expects: correctness
import numpy as np


def expectile_loss(y_true, y_pred, tau):
    weight = np.where(y_true >= y_pred, 1 - tau, tau)
    return np.mean(weight * (y_true - y_pred) ** 2)
