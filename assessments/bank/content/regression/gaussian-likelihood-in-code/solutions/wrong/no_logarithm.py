# expects: correctness
import numpy as np


def gaussian_nll(y_true, mean, variance):
    return np.mean(0.5 * (y_true - mean) ** 2 / variance)
