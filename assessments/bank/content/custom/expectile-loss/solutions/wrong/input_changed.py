# expects: edge_cases, D4
import numpy as np


def expectile_loss(y_true, y_pred, tau):
    y_true -= y_pred
    return np.mean(np.where(y_true >= 0, tau, 1 - tau) * y_true**2)
