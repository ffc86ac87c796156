# expects: correctness
import numpy as np


def l2_gradient(w, strength):
    return strength * w / w.size
