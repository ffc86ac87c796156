import numpy as np


def js(p, q):
    def entropy(r):
        return -np.sum(np.where(r > 0, r * np.log(np.where(r > 0, r, 1.0)), 0.0), axis=-1)

    return float(np.mean(entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2))
