# expects: correctness
import numpy as np


def cosine_distance(x1, x2):
    return np.mean(1 - np.sum(x1 * x2, axis=-1) / (np.sum(x1**2, axis=-1) * np.sum(x2**2, axis=-1)))
