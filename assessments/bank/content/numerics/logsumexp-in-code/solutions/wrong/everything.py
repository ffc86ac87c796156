# expects: correctness
import numpy as np


def logsumexp(x):
    m = x.max()
    return m + np.log(np.exp(x - m).sum())
