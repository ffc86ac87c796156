import numpy as np


def logsumexp(x):
    return np.logaddexp.reduce(x, axis=-1)
