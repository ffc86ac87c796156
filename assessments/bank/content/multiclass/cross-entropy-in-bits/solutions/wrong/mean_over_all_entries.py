# expects: R3
import numpy as np


def cross_entropy_bits(y_true, p):
    return -np.mean(y_true * np.log2(np.clip(p, 1e-15, 1.0)))
