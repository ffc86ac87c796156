# expects: correctness
import numpy as np


def poisson_loss(y_true, log_rate):
    return np.mean((np.exp(log_rate) - y_true) ** 2)
