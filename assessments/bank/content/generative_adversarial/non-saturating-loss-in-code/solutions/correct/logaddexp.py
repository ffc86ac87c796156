import numpy as np


def generator_loss(fake):
    return np.mean(np.logaddexp(0.0, -fake))
