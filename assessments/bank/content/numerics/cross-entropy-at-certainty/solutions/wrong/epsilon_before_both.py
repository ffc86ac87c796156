# expects: edge_cases, E2
import numpy as np


def binary_cross_entropy(y_true, p):
    p = p + 1e-12
    with np.errstate(all="ignore"):
        return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))
