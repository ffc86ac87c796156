# expects: edge_cases, D4
import numpy as np


def quantile_loss(y_true, y_pred, q):
    y_true -= y_pred
    return np.mean(np.maximum(q * y_true, (q - 1) * y_true))
