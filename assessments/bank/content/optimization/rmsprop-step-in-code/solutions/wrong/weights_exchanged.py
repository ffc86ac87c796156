# expects: correctness
import numpy as np


def rmsprop_step(param, grad, v, lr, rho, eps):
    v = (1 - rho) * v + rho * grad**2
    return param - lr * grad / (np.sqrt(v) + eps), v
