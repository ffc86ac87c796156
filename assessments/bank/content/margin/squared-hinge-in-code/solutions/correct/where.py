import numpy as np


def squared_hinge(y_true, score):
    m = y_true * score
    return float(np.where(m < 1, (1 - m) ** 2, 0.0).mean())
