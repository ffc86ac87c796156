# expects: correctness
import numpy as np


def logit_gradient(y_true, z):
    p = 0.5 * (1 + np.tanh(z / 2))
    return (p - y_true) * p * (1 - p) / z.size
