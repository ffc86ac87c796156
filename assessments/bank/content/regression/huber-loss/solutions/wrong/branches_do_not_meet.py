# expects: W9
import numpy as np


def huber_loss(y_true, y_pred, delta):
    r = np.abs(y_pred - y_true)
    return np.mean(np.where(r <= delta, r**2 / 2, delta * r))
