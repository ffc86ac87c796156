# expects: correctness
import numpy as np


def generator_loss(fake):
    return -np.mean(fake)
