import numpy as np


def poisson_loss(counts, log_rate):
    n = len(counts)
    value = (np.exp(log_rate).sum() - counts @ log_rate) / n
    return float(value), np.exp(log_rate) / n - counts / n
