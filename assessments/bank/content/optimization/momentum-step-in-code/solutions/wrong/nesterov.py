# expects: correctness
import numpy as np


def momentum_step(param, grad, velocity, lr, momentum):
    v = momentum * velocity + grad
    return param - lr * (grad + momentum * v), v
