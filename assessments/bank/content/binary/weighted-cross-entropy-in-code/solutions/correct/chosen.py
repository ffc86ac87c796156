import numpy as np


def weighted_cross_entropy(y_true, p, pos_weight):
    chance = np.where(y_true == 1, p, 1 - p)
    weight = np.where(y_true == 1, pos_weight, 1.0)
    return np.mean(weight * -np.log(np.maximum(chance, 1e-15)))
