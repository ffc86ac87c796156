# expects: correctness
import numpy as np


def weighted_sum(losses, log_variances):
    return np.sum(0.5 * losses / (np.abs(log_variances) + 1e-12) + 0.5 * log_variances)
