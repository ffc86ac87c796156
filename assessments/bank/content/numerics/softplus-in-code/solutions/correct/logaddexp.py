import numpy as np


def softplus(x):
    return np.logaddexp(0.0, x)
