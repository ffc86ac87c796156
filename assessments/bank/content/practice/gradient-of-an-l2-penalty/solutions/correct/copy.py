import numpy as np


def l2_gradient(w, strength):
    out = np.array(w, dtype=float)
    out *= strength
    return out
