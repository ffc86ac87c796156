# expects: correctness
import numpy as np


def gradient_penalty(gradients, strength):
    return strength * np.mean(np.linalg.norm(gradients, axis=1) ** 2)
