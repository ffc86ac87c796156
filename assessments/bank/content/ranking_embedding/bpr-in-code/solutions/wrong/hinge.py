# expects: correctness
import numpy as np


def bpr_loss(positive, negative):
    return np.mean(np.maximum(0.0, 1 - (positive - negative)))
