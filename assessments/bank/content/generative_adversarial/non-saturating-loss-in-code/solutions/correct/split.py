import numpy as np


def generator_loss(fake):
    return float(np.mean(np.maximum(-fake, 0) + np.log1p(np.exp(-np.abs(fake)))))
