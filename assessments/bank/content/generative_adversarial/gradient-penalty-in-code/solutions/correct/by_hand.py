import numpy as np


def gradient_penalty(gradients, strength):
    length = np.sqrt(np.sum(gradients**2, axis=-1))
    return float(np.mean(strength * (length - 1) ** 2))
