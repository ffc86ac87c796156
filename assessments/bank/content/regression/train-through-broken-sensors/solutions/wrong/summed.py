# expects: R1, diverged
import numpy as np


def huber(y_true, y_pred):
    r = y_pred - y_true
    small = np.abs(r) <= 1.0
    return np.sum(np.where(small, 0.5 * r**2, np.abs(r) - 0.5)), np.where(small, r, np.sign(r))
