# expects: correctness
import numpy as np


def js(p, q):
    m = (p + q) / 2
    safe = np.where(m > 0, m, 1.0)
    a = np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0) / safe), 0.0)
    return np.mean(np.sum(a, axis=-1))
