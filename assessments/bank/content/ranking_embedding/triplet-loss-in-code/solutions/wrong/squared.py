# expects: correctness
import numpy as np


def triplet_loss(a, p, n, margin):
    gap = np.sum((a - p) ** 2, axis=-1) - np.sum((a - n) ** 2, axis=-1)
    return np.mean(np.maximum(0.0, gap + margin))
