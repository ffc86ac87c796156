import numpy as np


def rmsprop_step(param, grad, v, lr, rho, eps):
    new = v + (1 - rho) * (np.square(grad) - v)
    scale = lr / (np.sqrt(new) + eps)
    return (param - scale * grad, new)
