# expects: correctness
import numpy as np


def poisson_loss(counts, rate):
    rate = np.maximum(rate, 1e-3)
    return np.mean(rate - counts * np.log(rate)), (1.0 - counts / rate) / counts.size
