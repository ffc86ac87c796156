# expects: numerical_stability
import numpy as np


def logistic_loss(y_true, score):
    with np.errstate(all="ignore"):
        return np.mean(np.log(1 + np.exp(-y_true * score)))
