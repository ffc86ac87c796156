import numpy as np


def negative_elbo(x, x_hat, mu, logvar):
    q = np.clip(x_hat, 1e-15, 1 - 1e-15)
    fit = -(x * np.log(q) + (1 - x) * np.log1p(-q)).sum()
    kl = 0.5 * (mu * mu + np.expm1(logvar) - logvar).sum()
    return float((fit + kl) / x.shape[0])
