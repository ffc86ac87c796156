# expects: correctness
import numpy as np


def focal_loss(y_true, p, gamma):
    q = np.clip(p, 1e-15, 1)
    return np.mean(-y_true * (1 - q) ** gamma * np.log(q))
