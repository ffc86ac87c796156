# expects: correctness
import numpy as np


def contrastive_loss(x1, x2, y, margin):
    s = np.sum((x1 - x2) ** 2, axis=-1)
    return np.mean(np.where(y == 1, s, np.maximum(0.0, margin - s)))
