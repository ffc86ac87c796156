# expects: correctness
import numpy as np


def squared_hinge(y_true, score):
    return np.mean(np.maximum(0.0, 1 - y_true * score)) ** 2
