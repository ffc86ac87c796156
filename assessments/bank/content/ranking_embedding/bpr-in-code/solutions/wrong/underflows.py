# expects: numerical_stability
import numpy as np


def bpr_loss(positive, negative):
    with np.errstate(all="ignore"):
        return -np.mean(np.log(1 / (1 + np.exp(negative - positive))))
