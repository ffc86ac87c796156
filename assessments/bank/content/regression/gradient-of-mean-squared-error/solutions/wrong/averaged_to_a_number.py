# expects: G6
import numpy as np


def mse_gradient(y_true, y_pred):
    return float(np.mean(2.0 * (y_pred - y_true)))
