# expects: correctness
import numpy as np


def huber(y_true, y_pred):
    r = y_pred - y_true
    value = np.mean(np.where(np.abs(r) <= 1.0, 0.5 * r**2, np.abs(r) - 0.5))
    return value, np.sign(r) / r.size
