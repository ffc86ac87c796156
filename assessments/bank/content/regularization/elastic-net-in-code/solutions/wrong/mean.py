# expects: correctness
import numpy as np


def elastic_net(w, strength, l1_ratio):
    return strength * np.mean(l1_ratio * np.abs(w) + 0.5 * (1 - l1_ratio) * w**2)
