# expects: correctness
import numpy as np


def triplet_loss(a, p, n, margin):
    gap = np.linalg.norm(a - n, axis=-1) - np.linalg.norm(a - p, axis=-1)
    return np.mean(np.maximum(0.0, gap + margin))
