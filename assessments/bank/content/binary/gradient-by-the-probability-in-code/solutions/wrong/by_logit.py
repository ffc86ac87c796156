# expects: correctness
import numpy as np


def cross_entropy_gradient(y_true, p):
    return (p - y_true) / np.size(p)
