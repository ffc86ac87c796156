# expects: correctness
import numpy as np


def elastic_net(w, strength, l1_ratio):
    return strength * np.sum(l1_ratio * np.abs(w) + (1 - l1_ratio) * w**2)
