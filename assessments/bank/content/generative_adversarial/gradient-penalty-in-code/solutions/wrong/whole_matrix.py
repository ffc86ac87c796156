# expects: correctness
import numpy as np


def gradient_penalty(gradients, strength):
    return strength * (np.linalg.norm(gradients) - 1) ** 2
