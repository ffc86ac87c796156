import numpy as np


def token_loss(y_true, log_p):
    return -np.mean(log_p[np.arange(len(y_true)), y_true])
