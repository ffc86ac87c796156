# expects: correctness, diverged
import numpy as np


def poisson_loss(counts, log_rate):
    rate = np.exp(log_rate)
    return np.sum(rate - counts * log_rate), rate - counts
