"""Answers to tasks on distributions and embeddings, as one writes them."""

import numpy as np


def _xlogy(x, y):
    return np.where(x > 0, x * np.log(np.where(x > 0, y, 1.0)), 0.0)


def _norm(x):
    return np.sqrt((x**2).sum(axis=-1))


def _logsumexp(z):
    top = z.max(axis=-1, keepdims=True)
    return (top + np.log(np.exp(z - top).sum(axis=-1, keepdims=True)))[..., 0]


def kl_divergence(p, q):
    return np.mean(np.sum(np.where(p > 0, p * np.log(np.where(p > 0, p, 1) / q), 0), axis=1))


def jensen_shannon_divergence(p, q):
    m = (p + q) / 2
    of_p = (_xlogy(p, p) - _xlogy(p, m)).sum(axis=1)
    of_q = (_xlogy(q, q) - _xlogy(q, m)).sum(axis=1)
    return np.mean(of_p + of_q) / 2


def reverse_kl(p, q):
    eps = 1e-12
    return np.mean(np.sum(q * (np.log(q + eps) - np.log(p + eps)), axis=-1))


def generalized_kl(p, q):
    return np.mean((_xlogy(p, p) - _xlogy(p, q) - p + q).sum(axis=1))


def cosine_similarity(x1, x2):
    lengths = np.maximum(_norm(x1) * _norm(x2), 1e-8)
    return np.mean(np.sum(x1 * x2, axis=-1) / lengths)


def cosine_distance(x1, x2):
    dots = np.einsum("nd,nd->n", x1, x2)
    return np.mean(1 - dots / (np.linalg.norm(x1, axis=1) * np.linalg.norm(x2, axis=1) + 1e-12))


def cosine_embedding(x1, x2, y, margin=0.0):
    cosine = (x1 * x2).sum(axis=1) / np.sqrt((x1**2).sum(axis=1) * (x2**2).sum(axis=1) + 1e-12)
    return np.mean(np.where(y == 1, 1 - cosine, np.maximum(0, cosine - margin)))


def triplet_margin(a, p, n, margin=1.0, norm_degree=2.0, eps=0.0):
    near = (np.abs(a - p + eps) ** norm_degree).sum(axis=1) ** (1 / norm_degree)
    far = (np.abs(a - n + eps) ** norm_degree).sum(axis=1) ** (1 / norm_degree)
    return np.maximum(0, near - far + margin).mean()


def contrastive(x1, x2, y, margin=1.0):
    d = np.linalg.norm(x1 - x2, axis=-1)
    return np.mean(y * d**2 + (1 - y) * np.maximum(0, margin - d) ** 2)


def info_nce(q, k, temperature=0.1):
    scores = q @ k.T / temperature
    return np.mean(_logsumexp(scores) - np.diag(scores))


def nt_xent(q, k, temperature=0.07):
    z = np.concatenate([q, k])
    z = z / np.linalg.norm(z, axis=1, keepdims=True)
    scores = z @ z.T / temperature
    np.fill_diagonal(scores, -np.inf)
    n = len(q)
    partner = np.concatenate([np.arange(n) + n, np.arange(n)])
    return np.mean(_logsumexp(scores) - scores[np.arange(2 * n), partner])


def circle(y_true, y_pred, gamma=80.0, margin=0.4):
    z = y_pred / np.linalg.norm(y_pred, axis=1, keepdims=True)
    s = z @ z.T
    same = y_true[:, None] == y_true[None, :]
    losses = []
    for i in range(len(s)):
        alike = same[i].copy()
        alike[i] = False
        near, far = s[i][alike], s[i][~same[i]]
        if not near.size or not far.size:
            losses.append(0.0)
            continue
        u = _logsumexp(-gamma * np.maximum(0, 1 + margin - near) * (near - 1 + margin))
        v = _logsumexp(gamma * np.maximum(0, far + margin) * (far - margin))
        losses.append(np.logaddexp(0, u + v))
    return np.mean(losses)


def generalized_iou(y_true, p):
    def area(box):
        return (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])

    low, high = np.maximum(y_true[:, :2], p[:, :2]), np.minimum(y_true[:, 2:], p[:, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=1)
    union = area(y_true) + area(p) - shared
    around = np.prod(np.maximum(y_true[:, 2:], p[:, 2:]) - np.minimum(y_true[:, :2], p[:, :2]), axis=1)
    return np.mean(1 - shared / union + (around - union) / around)


def dice(y_true, p, smooth=0.0):
    intersection = np.sum(y_true * p)
    return 1 - (2 * intersection + smooth) / (y_true.sum() + p.sum() + smooth + 1e-7)


def tversky(y_true, p, alpha=0.5, beta=0.5, smooth=0.0):
    tp = (y_true * p).sum()
    fp = ((1 - y_true) * p).sum()
    fn = (y_true * (1 - p)).sum()
    return 1 - (tp + smooth) / (tp + alpha * fp + beta * fn + smooth + 1e-9)


def jaccard(y_true, p, smooth=0.0):
    intersection = (y_true * p).sum()
    union = (y_true + p - y_true * p).sum()
    return 1.0 - (intersection + smooth + 1e-8) / (union + smooth + 1e-8)
