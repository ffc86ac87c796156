# expects: correctness
import numpy as np


def momentum_step(param, grad, velocity, lr, momentum):
    v = momentum * velocity + (1 - momentum) * grad
    return param - lr * v, v
