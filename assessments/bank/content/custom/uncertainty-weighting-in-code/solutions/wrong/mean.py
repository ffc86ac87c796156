# expects: correctness
import numpy as np


def weighted_sum(losses, log_variances):
    return np.mean(0.5 * np.exp(-log_variances) * losses + 0.5 * log_variances)
