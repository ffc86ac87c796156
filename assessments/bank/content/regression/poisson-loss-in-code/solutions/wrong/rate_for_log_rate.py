# expects: correctness
import numpy as np


def poisson_loss(y_true, log_rate):
    return np.mean(log_rate - y_true * np.log(np.abs(log_rate) + 1e-12))
