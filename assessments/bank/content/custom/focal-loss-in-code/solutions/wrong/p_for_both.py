# expects: correctness
import numpy as np


def focal_loss(y_true, p, gamma):
    q = np.clip(p, 1e-15, 1 - 1e-15)
    return np.mean(-((1 - q) ** gamma) * (y_true * np.log(q) + (1 - y_true) * np.log(1 - q)))
