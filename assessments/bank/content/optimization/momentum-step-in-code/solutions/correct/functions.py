import numpy as np


def momentum_step(param, grad, velocity, lr, momentum):
    v = np.add(np.multiply(velocity, momentum), grad)
    return (np.subtract(param, np.multiply(v, lr)), v)
