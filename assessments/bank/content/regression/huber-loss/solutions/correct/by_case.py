import numpy as np


def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    small = np.abs(r) <= delta
    return np.where(small, r**2 / 2, delta * np.abs(r) - delta**2 / 2).mean()
