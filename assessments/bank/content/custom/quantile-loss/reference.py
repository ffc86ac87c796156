"""Mean quantile loss (Koenker and Bassett, Regression Quantiles, Econometrica 46, 1978)."""

import numpy as np


def quantile_loss(y_true, y_pred, q):
    residual = np.asarray(y_true, dtype=np.float64) - np.asarray(y_pred, dtype=np.float64)
    return float(np.mean(np.maximum(q * residual, (q - 1.0) * residual)))
