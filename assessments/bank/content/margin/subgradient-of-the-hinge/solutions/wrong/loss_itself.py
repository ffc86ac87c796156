# expects: correctness
import numpy as np


def hinge_subgradient(y_true, scores):
    return np.maximum(0, 1 - y_true * scores) / scores.size
