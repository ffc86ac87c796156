"""Answers to tasks on generative models, preferences, several tasks and sequences, as one writes them."""

import math

import numpy as np


def _softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def _log_softmax(z):
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def gan_discriminator(real, fake):
    return np.mean(_softplus(-real) + _softplus(fake))


def gan_generator(fake):
    return np.mean(_softplus(-fake))


def hinge_gan_discriminator(real, fake):
    return np.mean(np.maximum(0, 1 - real)) + np.mean(np.maximum(0, 1 + fake))


def hinge_gan_generator(fake):
    return -np.mean(fake)


def lsgan_discriminator(real, fake):
    return 0.5 * np.mean((real - 1) ** 2) + 0.5 * np.mean(fake**2)


def lsgan_generator(fake):
    return 0.5 * ((fake - 1) ** 2).mean()


def wasserstein_critic(real, fake):
    return fake.mean() - real.mean()


def wasserstein_generator(fake):
    return -fake.mean()


def gradient_penalty(gradients, strength=1.0):
    return strength * np.mean((np.linalg.norm(gradients, axis=1) - 1) ** 2)


def vae_elbo(x, x_hat, mu, logvar, beta=1.0):
    x_hat = np.clip(x_hat, 1e-12, 1 - 1e-12)
    reconstruction = -(x * np.log(x_hat) + (1 - x) * np.log(1 - x_hat)).sum(axis=1)
    divergence = -0.5 * (1 + logvar - mu**2 - np.exp(logvar)).sum(axis=1)
    return np.mean(reconstruction + beta * divergence)


def bpr(positive, negative):
    return np.mean(np.logaddexp(0, negative - positive))


def dpo(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta=0.1, label_smoothing=0.0):
    h = beta * ((policy_chosen - policy_rejected) - (reference_chosen - reference_rejected))
    return np.mean((1 - label_smoothing) * _softplus(-h) + label_smoothing * _softplus(h))


def bradley_terry(chosen, rejected):
    difference = chosen - rejected
    return np.mean(np.where(difference > 0, np.log1p(np.exp(-np.abs(difference))), _softplus(-difference)))


def distillation(y_true, student, teacher, temperature=2.0, alpha=0.5):
    hard = -_log_softmax(student)[np.arange(len(y_true)), y_true]
    log_p, log_q = _log_softmax(teacher / temperature), _log_softmax(student / temperature)
    soft = (np.exp(log_p) * (log_p - log_q)).sum(axis=1)
    return np.mean(alpha * temperature**2 * soft + (1 - alpha) * hard)


def _digamma(x):
    shift = 0.0
    while x < 10:
        shift -= 1 / x
        x += 1
    return shift + math.log(x) - 1 / (2 * x) - 1 / (12 * x**2) + 1 / (120 * x**4) - 1 / (252 * x**6) + 1 / (240 * x**8)


def evidential(y_true, evidence, annealing=1.0):
    lgamma, digamma = np.vectorize(math.lgamma), np.vectorize(_digamma)
    alpha = evidence + 1
    s = alpha.sum(axis=1, keepdims=True)
    p = alpha / s
    fit = ((y_true - p) ** 2 + p * (1 - p) / (s + 1)).sum(axis=1)
    other = y_true + (1 - y_true) * alpha
    total = other.sum(axis=1, keepdims=True)
    divergence = lgamma(total[:, 0]) - math.lgamma(alpha.shape[1]) - lgamma(other).sum(axis=1)
    divergence += ((other - 1) * (digamma(other) - digamma(total))).sum(axis=1)
    return np.mean(fit + annealing * divergence)


def uncertainty_weighting(losses, log_variances):
    return np.sum(0.5 * np.exp(-log_variances) * losses + 0.5 * log_variances)


def adversarial_fgsm(x, gradient, eps=0.03, low=-np.inf, high=np.inf):
    return np.clip(x + eps * np.sign(gradient), low, high)


def adversarial_training(clean, adversarial, alpha=0.5):
    return alpha * np.mean(clean) + (1 - alpha) * np.mean(adversarial)


def _logsum(*logs):
    top = max(logs)
    return top if top == -math.inf else top + math.log(sum(math.exp(x - top) for x in logs))


def _one_sequence(log_p, labels, blank):
    places = [blank]
    for label in labels:
        places += [label, blank]
    alpha = [-math.inf] * len(places)
    alpha[0] = log_p[0][blank]
    if labels:
        alpha[1] = log_p[0][places[1]]
    for row in log_p[1:]:
        old, alpha = alpha, []
        for s, label in enumerate(places):
            paths = [old[s]] + ([old[s - 1]] if s else [])
            if s > 1 and label != blank and label != places[s - 2]:
                paths.append(old[s - 2])
            alpha.append(_logsum(*paths) + row[label])
    return -_logsum(*alpha[-2:])


def ctc(log_probs, targets, input_lengths, target_lengths, blank=0):
    losses = [
        _one_sequence(log_probs[:t, i].tolist(), targets[i, :u].tolist(), blank)
        for i, (t, u) in enumerate(zip(input_lengths, target_lengths))
    ]
    return sum(losses) / len(losses)
