# expects: correctness
import numpy as np


def negative_elbo(x, x_hat, mu, logvar):
    q = np.clip(x_hat, 1e-15, 1 - 1e-15)
    fit = -np.sum(x * np.log(q) + (1 - x) * np.log(1 - q), axis=-1)
    kl = np.sum(mu**2 + np.exp(logvar) - 1 - logvar, axis=-1)
    return np.mean(fit + kl)
