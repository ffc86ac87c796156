# expects: correctness
import numpy as np


def dice_loss(y_true, p):
    return 1 - np.sum(y_true * p) / max(np.sum(y_true) + np.sum(p), 1e-12)
