# expects: correctness
import numpy as np


def quantile_loss(y_true, y_pred, q):
    return q * np.mean(np.abs(y_true - y_pred))
