import numpy as np


def kl_divergence(p, q):
    a = np.where(p > 0, p, 1.0)
    b = np.where(p > 0, np.maximum(q, 1e-300), 1.0)
    return float(np.sum(p * np.log(a / b)) / len(p))
