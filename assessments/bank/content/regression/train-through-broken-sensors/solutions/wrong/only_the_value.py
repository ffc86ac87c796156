# expects: correctness
import numpy as np


def huber(y_true, y_pred):
    r = np.abs(y_pred - y_true)
    return np.mean(np.where(r <= 1.0, 0.5 * r**2, r - 0.5))
