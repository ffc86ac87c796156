# expects: edge_cases
import numpy as np


def kl_divergence(p, q):
    with np.errstate(all="ignore"):
        return np.mean(np.sum(p * np.log(p / q), axis=-1))
