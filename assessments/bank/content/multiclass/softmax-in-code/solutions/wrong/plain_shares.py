# expects: correctness
import numpy as np


def softmax(x):
    a = np.abs(x) + 1e-12
    return a / a.sum(axis=-1, keepdims=True)
