import numpy as np


def focal_loss(y_true, p, gamma):
    chance = y_true * p + (1 - y_true) * (1 - p)
    with np.errstate(divide="ignore"):
        return np.mean(-np.power(1 - chance, gamma) * np.log(chance))
