# expects: correctness
import numpy as np


def l2_gradient(w, strength):
    return strength / 2 * np.sum(w**2)
