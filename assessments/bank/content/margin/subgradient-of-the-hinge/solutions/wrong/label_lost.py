# expects: W17
import numpy as np


def hinge_subgradient(y_true, scores):
    return np.where(y_true * scores < 1, -1.0, 0.0) / scores.size
