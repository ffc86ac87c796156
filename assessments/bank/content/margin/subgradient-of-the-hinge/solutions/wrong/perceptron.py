# expects: W15
import numpy as np


def hinge_subgradient(y_true, scores):
    return np.where(y_true * scores < 0, -y_true, 0.0) / scores.size
