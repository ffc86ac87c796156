# expects: correctness
import numpy as np


def elastic_net(w, strength, l1_ratio):
    return strength * (l1_ratio * np.sum(np.abs(w)) + 0.5 * (1 - l1_ratio) * np.sqrt(np.sum(w**2)))
