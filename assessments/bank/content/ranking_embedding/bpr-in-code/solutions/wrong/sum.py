# expects: correctness
import numpy as np


def bpr_loss(positive, negative):
    return np.sum(np.logaddexp(0.0, negative - positive))
