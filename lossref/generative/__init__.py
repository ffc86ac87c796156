"""Losses of generative models: adversarial games and the variational bound."""

from lossref.generative import critics, gan, vae
from lossref.generative.critics import (
    gradient_penalty,
    lsgan_discriminator,
    lsgan_generator,
    wasserstein_critic,
    wasserstein_generator,
)
from lossref.generative.gan import gan_discriminator, gan_generator, hinge_gan_discriminator, hinge_gan_generator
from lossref.generative.vae import vae_elbo

__all__ = [
    "SPECS",
    "gan_discriminator",
    "gan_generator",
    "gradient_penalty",
    "hinge_gan_discriminator",
    "hinge_gan_generator",
    "lsgan_discriminator",
    "lsgan_generator",
    "vae_elbo",
    "wasserstein_critic",
    "wasserstein_generator",
]

SPECS = (*gan.SPECS, *critics.SPECS, *vae.SPECS)
