# expects: correctness
import numpy as np


def expectile_loss(y_true, y_pred, tau):
    return tau * np.mean((y_true - y_pred) ** 2)
