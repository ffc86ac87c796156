# expects: correctness
import numpy as np


def rmsprop_step(param, grad, v, lr, rho, eps):
    v = rho * v + (1 - rho) * grad**2
    return param - lr * grad / (v + eps), v
