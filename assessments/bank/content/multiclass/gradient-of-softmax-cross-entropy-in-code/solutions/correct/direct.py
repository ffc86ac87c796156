import numpy as np


def gradient(y_true, z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return (e / e.sum(axis=-1, keepdims=True) - y_true) / z.shape[0]
