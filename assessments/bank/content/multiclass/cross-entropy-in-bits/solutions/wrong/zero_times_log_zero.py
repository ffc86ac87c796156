# expects: edge_cases, E1
import numpy as np


def cross_entropy_bits(y_true, p):
    with np.errstate(all="ignore"):
        return -np.mean(np.sum(y_true * np.log2(p), axis=1))
