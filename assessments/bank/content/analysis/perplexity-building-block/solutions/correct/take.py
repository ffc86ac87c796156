import numpy as np


def token_loss(y_true, log_p):
    return float(-np.take_along_axis(log_p, y_true[:, None], axis=-1).mean())
