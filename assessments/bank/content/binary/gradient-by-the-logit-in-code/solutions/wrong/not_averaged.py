# expects: correctness
import numpy as np


def logit_gradient(y_true, z):
    return 0.5 * (1 + np.tanh(z / 2)) - y_true
