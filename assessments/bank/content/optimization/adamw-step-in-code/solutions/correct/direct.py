import numpy as np


def adamw_step(param, grad, m, v, t, lr, b1, b2, eps, weight_decay):
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    step = (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
    return param - lr * (step + weight_decay * param), m, v
