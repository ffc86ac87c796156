# expects: correctness
import numpy as np


def gradient(y_true, z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return y_true * (e / e.sum(axis=-1, keepdims=True) - 1) / z.shape[0]
