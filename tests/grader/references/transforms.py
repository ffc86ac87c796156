"""Answers to tasks on activations and optimizers, as one writes them."""

import numpy as np


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def tanh(x):
    return np.tanh(x)


def relu(x):
    return x * (x > 0)


def softplus(x):
    return np.logaddexp(0, x)


def log_sigmoid(x):
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def logit(x):
    x = np.clip(x, 1e-15, 1 - 1e-15)
    return np.log(x / (1 - x))


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(x):
    shifted = x - np.max(x, axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


def logsumexp(x):
    top = x.max(axis=-1)
    return top + np.log(np.exp(x - top[..., None]).sum(axis=-1))


def gradient_descent(param, grad, lr=0.01):
    return param - lr * grad


def momentum(param, grad, velocity, lr=0.01, momentum=0.9):
    velocity = momentum * velocity + grad
    return param - lr * velocity, velocity


def nesterov_momentum(param, grad, velocity, lr=0.01, momentum=0.9):
    v = momentum * velocity + grad
    return param - lr * (grad + momentum * v), v


def adagrad(param, grad, state, lr=0.01, eps=1e-10):
    state = state + grad**2
    return param - lr * grad / (np.sqrt(state) + eps), state


def rmsprop(param, grad, v, lr=0.001, rho=0.9, eps=1e-8):
    v = rho * v + (1 - rho) * grad * grad
    return param - lr * grad / (np.sqrt(v) + eps), v


def adam(param, grad, m, v, t, lr=0.001, b1=0.9, b2=0.999, eps=1e-8):
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    return param - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps), m, v


def adamw(param, grad, m, v, t, lr=0.001, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    m = b1 * m + (1 - b1) * grad
    v = b2 * v + (1 - b2) * grad**2
    step = (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
    return param - lr * (step + weight_decay * param), m, v
