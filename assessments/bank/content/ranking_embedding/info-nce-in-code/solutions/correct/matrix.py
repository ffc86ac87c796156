import numpy as np


def info_nce(q, k, temperature):
    s = q @ k.T / temperature
    s = s - s.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(s).sum(axis=1)) - np.diag(s))
