# expects: correctness
import numpy as np


def logistic_loss(y_true, score):
    return np.mean(np.logaddexp(0.0, y_true * score))
