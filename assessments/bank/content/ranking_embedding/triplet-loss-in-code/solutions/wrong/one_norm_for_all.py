# expects: correctness
import numpy as np


def triplet_loss(a, p, n, margin):
    return max(0.0, np.linalg.norm(a - p) - np.linalg.norm(a - n) + margin)
