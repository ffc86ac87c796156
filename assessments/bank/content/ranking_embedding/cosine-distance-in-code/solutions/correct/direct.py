import numpy as np


def cosine_distance(x1, x2):
    dots = np.sum(x1 * x2, axis=-1)
    lengths = np.linalg.norm(x1, axis=-1) * np.linalg.norm(x2, axis=-1)
    return np.mean(1 - dots / np.where(lengths > 0, lengths, 1.0))
