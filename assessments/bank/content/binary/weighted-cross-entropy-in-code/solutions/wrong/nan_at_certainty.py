# expects: edge_cases
import numpy as np


def weighted_cross_entropy(y_true, p, pos_weight):
    with np.errstate(all="ignore"):
        return -np.mean(pos_weight * y_true * np.log(p) + (1 - y_true) * np.log(1 - p))
