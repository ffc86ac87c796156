import numpy as np


def bpr_loss(positive, negative):
    return np.mean(np.logaddexp(0.0, negative - positive))
