"""Forms of the losses of generative models."""

from __future__ import annotations

import sympy as sp

from lossref.symbolic._shared import Forms

Row = tuple[sp.Symbol, ...]


def _vae(x: Row, x_hat: Row, mu: Row, logvar: Row, beta: sp.Symbol) -> sp.Expr:
    fit = -sum(t * sp.log(p) + (1 - t) * sp.log(1 - p) for t, p in zip(x, x_hat, strict=True))
    return fit + beta * sum((m**2 + sp.exp(v) - 1 - v) / 2 for m, v in zip(mu, logvar, strict=True))


def _hinge(height: sp.Expr) -> sp.Expr:
    return sp.Piecewise((height, height > 0), (0, True))


FORMS: Forms = {
    "gan_discriminator": lambda real, fake: sp.log(1 + sp.exp(-real)) + sp.log(1 + sp.exp(fake)),
    "gan_generator": lambda fake: sp.log(1 + sp.exp(-fake)),
    "lsgan_discriminator": lambda real, fake: ((real - 1) ** 2 + fake**2) / 2,
    "lsgan_generator": lambda fake: (fake - 1) ** 2 / 2,
    "hinge_gan_discriminator": lambda real, fake: _hinge(1 - real) + _hinge(1 + fake),
    "hinge_gan_generator": lambda fake: -fake,
    "wasserstein_critic": lambda real, fake: fake - real,
    "wasserstein_generator": lambda fake: -fake,
    "gradient_penalty": lambda gradients, strength: strength * (sp.sqrt(sum(g**2 for g in gradients)) - 1) ** 2,
    "vae_elbo": _vae,
}
