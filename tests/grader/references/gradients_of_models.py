"""Answers to tasks on gradients of models, sequences, boxes and transforms, as one writes them."""

import math

import numpy as np


def _sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def _softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _onehot(labels, classes):
    return np.eye(classes)[labels]


def linear_cross_entropy(y_true, x, weight, bias, label_smoothing=0.0):
    z = x @ weight.T + bias
    y = _onehot(y_true, len(bias)) * (1 - label_smoothing) + label_smoothing / len(bias)
    return (_softmax(z) - y) @ weight / len(x)


def adaptive_log_softmax(y_true, x, head_weight, head_bias, projection, tail_weight, cutoffs):
    first, ends = cutoffs[0], [*cutoffs, cutoffs[0] + len(tail_weight)]
    cluster = np.searchsorted(cutoffs, y_true, side="right")
    in_head = _onehot(np.where(cluster == 0, y_true, first + cluster - 1), len(head_bias))
    gradient = (_softmax(x @ head_weight.T + head_bias) - in_head) @ head_weight
    for k in range(len(cutoffs)):
        rows = np.flatnonzero(cluster == k + 1)
        layer = tail_weight[ends[k] - first : ends[k + 1] - first] @ projection[k]
        labels = _onehot(y_true[rows] - ends[k], len(layer))
        gradient[rows] += (_softmax(x[rows] @ layer.T) - labels) @ layer
    return gradient / len(x)


def gan_discriminator(real, fake):
    return -_sigmoid(-real) / real.size


def gan_generator(fake):
    return -_sigmoid(-fake) / fake.size


def hinge_gan_discriminator(real, fake):
    return np.where(real < 1, -1.0, 0.0) / real.size


def hinge_gan_generator(fake):
    return -np.ones_like(fake) / fake.size


def lsgan_discriminator(real, fake):
    return (real - 1) / real.size


def lsgan_generator(fake):
    return (fake - 1) / fake.size


def wasserstein_critic(real, fake):
    return np.full(real.shape, -1 / real.size)


def wasserstein_generator(fake):
    return np.full(fake.shape, -1 / fake.size)


def gradient_penalty(gradients, strength=1.0):
    length = np.linalg.norm(gradients, axis=1, keepdims=True)
    return 2 * strength * (length - 1) * gradients / length / len(gradients)


def vae_elbo(x, x_hat, mu, logvar, beta=1.0):
    return ((1 - x) / (1 - x_hat + 1e-15) - x / (x_hat + 1e-15)) / len(x)


def bpr(positive, negative):
    return -_sigmoid(negative - positive) / positive.size


def dpo(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta=0.1, label_smoothing=0.0):
    h = beta * ((policy_chosen - policy_rejected) - (reference_chosen - reference_rejected))
    return beta * (label_smoothing * _sigmoid(h) - (1 - label_smoothing) * _sigmoid(-h)) / h.size


def bradley_terry(chosen, rejected):
    return (_sigmoid(chosen - rejected) - 1) / chosen.size


def distillation(y_true, student, teacher, temperature=2.0, alpha=0.5):
    soft = temperature * (_softmax(student / temperature) - _softmax(teacher / temperature))
    hard = _softmax(student) - np.eye(student.shape[1])[y_true]
    return (alpha * soft + (1 - alpha) * hard) / len(y_true)


def _trigamma(x):
    total = 0.0
    while x < 15:
        total += 1 / x**2
        x += 1
    return total + 1 / x + 1 / (2 * x**2) + 1 / (6 * x**3) - 1 / (30 * x**5) + 1 / (42 * x**7) - 1 / (30 * x**9)


def evidential(y_true, evidence, annealing=1.0):
    alpha = evidence + 1
    s = alpha.sum(axis=1, keepdims=True)
    p = alpha / s
    of_p = 2 * (p - y_true) + (1 - 2 * p) / (s + 1)
    fit = (of_p - (of_p * p).sum(axis=1, keepdims=True)) / s
    fit -= (p * (1 - p)).sum(axis=1, keepdims=True) / (s + 1) ** 2
    other = y_true + (1 - y_true) * alpha
    total = other.sum(axis=1, keepdims=True)
    trigamma = np.vectorize(_trigamma, otypes=[float])
    divergence = (other - 1) * trigamma(other) - (total - other.shape[1]) * trigamma(total)
    return (fit + annealing * (1 - y_true) * divergence) / len(y_true)


def uncertainty_weighting(losses, log_variances):
    return 0.5 - 0.5 * losses * np.exp(-log_variances)


def adversarial_training(clean, adversarial, alpha=0.5):
    return np.full(clean.shape, alpha / clean.size)


def generalized_iou(y_true, p):
    gradient = np.zeros_like(p)
    for i, (b, g) in enumerate(zip(p, y_true)):
        low, high = np.maximum(b[:2], g[:2]), np.minimum(b[2:], g[2:])
        around_low, around_high = np.minimum(b[:2], g[:2]), np.maximum(b[2:], g[2:])
        side, extent = np.maximum(high - low, 0), around_high - around_low
        size, shared, around = np.prod(b[2:] - b[:2]), np.prod(side), np.prod(extent)
        union = size + np.prod(g[2:] - g[:2]) - shared
        for k in range(2):
            other = 1 - k
            of_size = (b[2:] - b[:2])[other]
            overlaps = shared > 0
            of_shared = side[other] if overlaps else 0.0
            for place, sign, inner, outer in (
                (k, -1, b[k] > g[k], b[k] < g[k]),
                (k + 2, 1, b[k + 2] < g[k + 2], b[k + 2] > g[k + 2]),
            ):
                d_size = sign * of_size
                d_shared = sign * of_shared * inner
                d_union = d_size - d_shared
                d_around = sign * extent[other] * outer
                d_iou = (d_shared * union - shared * d_union) / union**2
                d_fill = (d_union * around - union * d_around) / around**2
                gradient[i, place] = -d_iou - d_fill
    return gradient / len(p)


def _logsum(*logs):
    top = max(logs)
    return top if top == -math.inf else top + math.log(sum(math.exp(x - top) for x in logs))


def _prefixes(log_p, places, blank):
    table = [[-math.inf] * len(places) for _ in log_p]
    table[0][0] = log_p[0][places[0]]
    if len(places) > 1:
        table[0][1] = log_p[0][places[1]]
    for t in range(1, len(log_p)):
        for s, label in enumerate(places):
            paths = [table[t - 1][s]]
            if s > 0:
                paths.append(table[t - 1][s - 1])
            if s > 1 and label not in {blank, places[s - 2]}:
                paths.append(table[t - 1][s - 2])
            table[t][s] = _logsum(*paths) + log_p[t][label]
    return table


def ctc(log_probs, targets, input_lengths, target_lengths, blank=0):
    gradient = np.zeros_like(log_probs)
    n = log_probs.shape[1]
    for i in range(n):
        log_p = log_probs[: input_lengths[i], i].tolist()
        places = [blank]
        for label in targets[i, : target_lengths[i]].tolist():
            places += [label, blank]
        forward = _prefixes(log_p, places, blank)
        backward = [row[::-1] for row in _prefixes(log_p[::-1], places[::-1], blank)][::-1]
        total = _logsum(*forward[-1][-2:])
        for t in range(len(log_p)):
            for s, label in enumerate(places):
                gradient[t, i, label] -= math.exp(forward[t][s] + backward[t][s] - log_p[t][label] - total) / n
    return gradient


def adversarial_fgsm(x, gradient, eps=0.03, low=-np.inf, high=np.inf):
    moved = x + eps * np.sign(gradient)
    return ((moved > low) & (moved < high)).astype(float)


def sigmoid(x):
    return _sigmoid(x) * _sigmoid(-x)


def tanh(x):
    return 1 - np.tanh(x) ** 2


def relu(x):
    return np.where(x > 0, 1.0, 0.0)


def softplus(x):
    return _sigmoid(x)


def log_sigmoid(x):
    return _sigmoid(-x)


def logit(x):
    return 1 / (x * (1 - x) + 1e-15)


def softmax(x):
    p = _softmax(x)
    return np.stack([np.diag(row) - np.outer(row, row) for row in p])


def log_softmax(x):
    return np.eye(x.shape[1]) - _softmax(x)[:, None, :]


def logsumexp(x):
    return _softmax(x)
