import numpy as np


def elastic_net(w, strength, l1_ratio):
    flat = np.ravel(w)
    return strength * (l1_ratio * np.linalg.norm(flat, 1) + (1 - l1_ratio) / 2 * np.dot(flat, flat))
