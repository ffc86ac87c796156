# expects: correctness
import numpy as np


def l2_gradient(w, strength):
    return 2 * strength * w
