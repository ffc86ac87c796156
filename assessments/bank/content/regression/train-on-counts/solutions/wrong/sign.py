# expects: correctness
import numpy as np


def poisson_loss(counts, log_rate):
    rate = np.exp(log_rate)
    return np.mean(rate - counts * log_rate), (counts - rate) / counts.size
