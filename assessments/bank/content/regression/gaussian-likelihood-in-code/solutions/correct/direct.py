import numpy as np


def gaussian_nll(y_true, mean, variance):
    return np.mean(0.5 * (np.log(variance) + (y_true - mean) ** 2 / variance))
