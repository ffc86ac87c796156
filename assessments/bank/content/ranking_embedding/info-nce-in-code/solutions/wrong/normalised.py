# expects: correctness
import numpy as np


def info_nce(q, k, temperature):
    a = q / np.linalg.norm(q, axis=1, keepdims=True)
    b = k / np.linalg.norm(k, axis=1, keepdims=True)
    s = a @ b.T / temperature
    return float(np.mean(np.logaddexp.reduce(s, axis=1) - np.diag(s)))
