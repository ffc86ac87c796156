import numpy as np


def triplet_loss(a, p, n, margin):
    near = np.sqrt(np.sum((a - p) ** 2, axis=1))
    far = np.sqrt(np.sum((a - n) ** 2, axis=1))
    return float(np.clip(near - far + margin, 0, None).mean())
