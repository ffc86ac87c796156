import numpy as np


def hinge_subgradient(y_true, scores):
    return np.where(1.0 - y_true * scores >= 0.0, -y_true, 0.0) / np.size(scores)
