import numpy as np


def hinge_subgradient(y_true, scores):
    active = np.heaviside(1.0 - y_true * scores, 0.5)
    return active * (-y_true / scores.size)
