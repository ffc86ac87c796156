"""Answers to regression tasks, as one writes them."""

import math

import numpy as np


def mean_squared_error(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)


def mean_absolute_error(y_true, y_pred):
    return float(np.abs(y_true - y_pred).mean())


def half_squared_error(y_true, y_pred):
    residual = y_pred - y_true
    return 0.5 * np.sum(residual * residual) / residual.size


def root_mean_squared_error(y_true, y_pred):
    return math.sqrt(((y_true - y_pred) ** 2).mean())


def root_mean_squared_logarithmic_error(y_true, y_pred):
    return np.sqrt(np.mean((np.log1p(y_pred) - np.log1p(y_true)) ** 2))


def quantile(y_true, y_pred, q=0.5):
    e = y_true - y_pred
    return np.maximum(q * e, (q - 1) * e).mean()


def huber(y_true, y_pred, delta=1.0):
    e = abs(y_true - y_pred)
    return np.where(e <= delta, 0.5 * e**2, delta * e - 0.5 * delta**2).mean()


def smooth_l1(y_true, y_pred, beta=1.0):
    total = 0.0
    for e in np.abs(y_true - y_pred).ravel():
        total += e * e / (2 * beta) if e < beta else e - beta / 2
    return total / np.size(y_true)


def log_cosh(y_true, y_pred):
    e = np.abs(y_pred - y_true)
    return np.mean(e + np.log1p(np.exp(-2 * e)) - np.log(2.0))


def mean_squared_logarithmic_error(y_true, y_pred):
    return np.square(np.log(1 + y_true) - np.log(1 + y_pred)).mean()


def mean_absolute_percentage_error(y_true, y_pred, eps=0.0):
    return np.mean(np.abs(y_true - y_pred) / np.maximum(np.abs(y_true), eps))


def poisson_nll(y_true, y_pred, eps=0.0):
    return np.mean(np.exp(y_pred) - y_true * y_pred)


def gaussian_nll(y_true, mean, variance, eps=0.0):
    variance = np.maximum(variance, eps)
    return 0.5 * np.mean(np.log(variance) + (y_true - mean) ** 2 / variance)


def tweedie_deviance(y_true, y_pred, power=1.5):
    a, b = 1 - power, 2 - power
    return np.mean(2 * (y_true**b / (a * b) - y_true * y_pred**a / a + y_pred**b / b))


def l1_penalty(w, strength=1.0):
    return strength * np.sum(np.abs(w))


def l2_penalty(w, strength=1.0):
    flat = w.reshape(-1)
    return strength * (flat @ flat)


def elastic_net(w, strength=1.0, l1_ratio=0.5):
    return strength * (l1_ratio * np.abs(w).sum() + (1 - l1_ratio) * (w**2).sum())
