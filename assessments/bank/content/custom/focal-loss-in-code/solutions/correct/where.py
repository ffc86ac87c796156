import numpy as np


def focal_loss(y_true, p, gamma):
    chance = np.where(y_true == 1, p, 1 - p)
    return np.mean(-((1 - chance) ** gamma) * np.log(np.maximum(chance, 1e-15)))
