import numpy as np


def weighted_cross_entropy(y_true, z):
    p = 0.5 * (1.0 + np.tanh(0.5 * z))
    softplus = np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))
    value = np.mean(20.0 * y_true * (softplus - z) + (1.0 - y_true) * softplus)
    gradient = 20.0 * y_true * (p - 1.0) + (1.0 - y_true) * p
    return value, gradient / z.shape[0]
