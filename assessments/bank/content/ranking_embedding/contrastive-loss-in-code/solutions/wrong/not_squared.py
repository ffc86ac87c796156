# expects: correctness
import numpy as np


def contrastive_loss(x1, x2, y, margin):
    d = np.linalg.norm(x1 - x2, axis=-1)
    return np.mean(np.where(y == 1, d, np.maximum(0.0, margin - d)))
