# expects: correctness
import numpy as np


def cosine_distance(x1, x2):
    return 1 - np.sum(x1 * x2) / (np.linalg.norm(x1) * np.linalg.norm(x2))
