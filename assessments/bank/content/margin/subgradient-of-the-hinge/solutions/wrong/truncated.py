# expects: correctness
import numpy as np


def hinge_subgradient(y_true, scores):
    gradient = np.zeros_like(y_true)
    gradient[...] = np.where(y_true * scores < 1, -y_true, 0) / scores.size
    return gradient
