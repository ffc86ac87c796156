# expects: correctness
import numpy as np


def softplus(x):
    return np.maximum(x, 0.0)
