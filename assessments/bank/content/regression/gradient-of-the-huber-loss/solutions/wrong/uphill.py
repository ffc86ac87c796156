# expects: correctness
import numpy as np


def huber_gradient(y_true, y_pred, delta):
    return np.clip(y_true - y_pred, -delta, delta) / np.size(y_pred)
