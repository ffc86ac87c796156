"""Mean expectile loss (Newey and Powell, Asymmetric Least Squares Estimation and Testing, Econometrica 55, 1987)."""

import numpy as np


def expectile_loss(y_true, y_pred, tau):
    residual = np.asarray(y_true, dtype=np.float64) - np.asarray(y_pred, dtype=np.float64)
    weight = np.where(residual >= 0.0, tau, 1.0 - tau)
    return float(np.mean(weight * residual**2))
