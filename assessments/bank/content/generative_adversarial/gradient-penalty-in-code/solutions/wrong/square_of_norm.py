# expects: correctness
import numpy as np


def gradient_penalty(gradients, strength):
    return strength * np.mean((np.sum(gradients**2, axis=1) - 1) ** 2)
