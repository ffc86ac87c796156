# expects: correctness
import numpy as np


def info_nce(q, k, temperature):
    s = q @ k.T / temperature
    o = s.copy()
    np.fill_diagonal(o, -np.inf)
    return float(np.mean(np.logaddexp.reduce(o, axis=1) - np.diag(s)))
