# expects: R5
import numpy as np


def huber_loss(y_true, y_pred, delta):
    r = np.abs(y_pred - y_true)
    return np.sum(np.where(r <= delta, r**2 / 2, delta * (r - delta / 2))) / len(y_true)
