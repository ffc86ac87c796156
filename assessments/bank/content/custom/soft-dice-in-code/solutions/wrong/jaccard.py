# expects: correctness
import numpy as np


def dice_loss(y_true, p):
    inter = np.sum(y_true * p)
    return 1 - inter / max(np.sum(y_true) + np.sum(p) - inter, 1e-12)
