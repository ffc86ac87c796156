import numpy as np


def gradient(y_true, z):
    out = np.empty(z.shape)
    for i, row in enumerate(z):
        e = np.exp(row - np.max(row))
        out[i] = (e / np.sum(e) - y_true[i]) / len(z)
    return out
