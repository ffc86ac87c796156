# expects: correctness, off_target
import numpy as np


def huber(y_true, y_pred):
    r = y_pred - y_true
    return np.mean(0.5 * r**2), r / r.size
