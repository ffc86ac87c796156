import numpy as np


def logistic_loss(y_true, score):
    m = y_true * score
    return float(np.mean(np.maximum(-m, 0) + np.log1p(np.exp(-np.abs(m)))))
