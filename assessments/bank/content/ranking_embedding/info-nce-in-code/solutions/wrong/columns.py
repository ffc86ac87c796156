# expects: correctness
import numpy as np


def info_nce(q, k, temperature):
    s = q @ k.T / temperature
    return float(np.mean(np.logaddexp.reduce(s, axis=0) - np.diag(s)))
