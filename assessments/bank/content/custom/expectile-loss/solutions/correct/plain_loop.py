import numpy as np


def expectile_loss(y_true, y_pred, tau):
    pairs = list(zip(np.ravel(y_true).tolist(), np.ravel(y_pred).tolist()))
    total = 0.0
    for demand, forecast in pairs:
        weight = tau if forecast < demand else 1.0 - tau
        total += weight * (demand - forecast) ** 2
    return total / len(pairs)
