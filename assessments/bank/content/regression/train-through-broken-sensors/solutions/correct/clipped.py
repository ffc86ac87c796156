import numpy as np


def huber(y_true, y_pred):
    residual = y_pred - y_true
    pull = np.clip(residual, -1.0, 1.0)
    value = float((pull * (residual - 0.5 * pull)).mean())
    return value, pull / len(residual)
