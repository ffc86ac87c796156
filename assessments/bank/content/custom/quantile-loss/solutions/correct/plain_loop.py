import numpy as np


def quantile_loss(y_true, y_pred, q):
    total = 0.0
    pairs = list(zip(np.ravel(y_true).tolist(), np.ravel(y_pred).tolist()))
    for target, prediction in pairs:
        if target >= prediction:
            total += q * (target - prediction)
        else:
            total += (1 - q) * (prediction - target)
    return total / len(pairs)
