import numpy as np


def contrastive_loss(x1, x2, y, margin):
    square = np.sum((x1 - x2) ** 2, axis=1)
    far = np.clip(margin - np.sqrt(square), 0, None)
    return float(np.mean(y * square + (1 - y) * far * far))
