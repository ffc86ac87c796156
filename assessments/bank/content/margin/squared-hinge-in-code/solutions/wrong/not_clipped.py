# expects: correctness
import numpy as np


def squared_hinge(y_true, score):
    return np.mean((1 - y_true * score) ** 2)
