# expects: edge_cases, E1
import numpy as np


def binary_cross_entropy(y_true, p):
    with np.errstate(all="ignore"):
        return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))
