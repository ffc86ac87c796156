# expects: correctness
import numpy as np


def log_softmax(x):
    s = x - x.max()
    return s - np.log(np.exp(s).sum())
