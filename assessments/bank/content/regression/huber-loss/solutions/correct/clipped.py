import numpy as np


def huber_loss(y_true, y_pred, delta):
    size = np.abs(np.asarray(y_pred, dtype=float) - np.asarray(y_true, dtype=float))
    inner = np.minimum(size, delta)
    return float(np.mean(inner * (size - 0.5 * inner)))
