# expects: correctness, off_target
import numpy as np


def poisson_loss(counts, log_rate):
    r = log_rate - counts
    return np.mean(r**2), 2.0 * r / r.size
