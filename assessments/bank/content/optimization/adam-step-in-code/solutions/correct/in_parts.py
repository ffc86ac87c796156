import numpy as np


def adam_step(param, grad, m, v, t, lr, b1, b2, eps):
    new_m = m + (1 - b1) * (grad - m)
    new_v = v + (1 - b2) * (grad * grad - v)
    step = new_m / (1 - b1**t)
    scale = np.sqrt(new_v) / np.sqrt(1 - b2**t) + eps
    return param - lr * step / scale, new_m, new_v
