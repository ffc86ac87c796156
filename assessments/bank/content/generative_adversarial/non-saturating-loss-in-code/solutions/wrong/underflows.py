# expects: numerical_stability
import numpy as np


def generator_loss(fake):
    with np.errstate(all="ignore"):
        return -np.mean(np.log(1 / (1 + np.exp(-fake))))
