# expects: correctness
import numpy as np


def gaussian_nll(y_true, mean, variance):
    return np.mean(0.5 * (np.log(2 * np.pi * variance) + (y_true - mean) ** 2 / variance))
