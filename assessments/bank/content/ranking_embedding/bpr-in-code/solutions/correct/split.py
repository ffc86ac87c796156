import numpy as np


def bpr_loss(positive, negative):
    d = positive - negative
    return float(np.mean(np.maximum(-d, 0) + np.log1p(np.exp(-np.abs(d)))))
