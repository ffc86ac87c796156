import numpy as np


def expectile_loss(y_true, y_pred, tau):
    too_low = np.maximum(y_true - y_pred, 0.0)
    too_high = np.maximum(y_pred - y_true, 0.0)
    return float((tau * too_low**2 + (1 - tau) * too_high**2).mean())
