"""Answers to tasks on gradients with respect to the prediction, as one writes them."""

import numpy as np


def _sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def _softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _onehot(labels, classes):
    return np.eye(classes)[labels]


def mean_squared_error(y_true, y_pred):
    return 2 * (y_pred - y_true) / y_true.size


def mean_absolute_error(y_true, y_pred):
    return np.sign(y_pred - y_true) / y_true.size


def half_squared_error(y_true, y_pred):
    return (y_pred - y_true) / np.prod(y_true.shape)


def root_mean_squared_error(y_true, y_pred):
    e = y_pred - y_true
    return e / (e.size * np.sqrt(np.mean(e**2)) + 1e-12)


def root_mean_squared_logarithmic_error(y_true, y_pred):
    e = np.log1p(y_pred) - np.log1p(y_true)
    return e / (1.0 + y_pred) / (e.size * np.sqrt(np.mean(e**2)) + 1e-12)


def quantile(y_true, y_pred, q=0.5):
    return np.where(y_true > y_pred, -q, 1 - q) / y_true.size


def huber(y_true, y_pred, delta=1.0):
    return np.clip(y_pred - y_true, -delta, delta) / y_true.size


def smooth_l1(y_true, y_pred, beta=1.0):
    e = y_pred - y_true
    return np.where(np.abs(e) < beta, e / beta, np.sign(e)) / e.size


def log_cosh(y_true, y_pred):
    return np.tanh(y_pred - y_true) / y_true.size


def mean_squared_logarithmic_error(y_true, y_pred):
    return 2 * (np.log1p(y_pred) - np.log1p(y_true)) / (1 + y_pred) / y_true.size


def mean_absolute_percentage_error(y_true, y_pred, eps=0.0):
    return np.sign(y_pred - y_true) / np.maximum(np.abs(y_true), eps) / y_true.size


def poisson_nll(y_true, y_pred, eps=0.0):
    return (np.exp(y_pred) - y_true) / y_true.size


def gaussian_nll(y_true, mean, variance, eps=0.0):
    return (mean - y_true) / np.maximum(variance, eps) / y_true.size


def tweedie_deviance(y_true, y_pred, power=1.5):
    return 2 * (y_pred ** (1 - power) - y_true * y_pred**-power) / y_true.size


def binary_cross_entropy(y_true, p, label_smoothing=0.0):
    y = y_true * (1 - label_smoothing) + label_smoothing / 2
    return ((1 - y) / (1 - p + 1e-12) - y / (p + 1e-12)) / p.size


def binary_cross_entropy_with_logits(y_true, z, label_smoothing=0.0):
    return (_sigmoid(z) - y_true * (1 - label_smoothing) - label_smoothing / 2) / z.size


def weighted_binary_cross_entropy(y_true, p, pos_weight=1.0, label_smoothing=0.0):
    y = y_true * (1 - label_smoothing) + label_smoothing / 2
    p = np.clip(p, 1e-15, 1 - 1e-15)
    return ((1 - y) / (1 - p) - pos_weight * y / p) / p.size


def weighted_binary_cross_entropy_with_logits(y_true, z, pos_weight=1.0, label_smoothing=0.0):
    y = y_true * (1 - label_smoothing) + label_smoothing / 2
    return ((1 - y) * _sigmoid(z) - pos_weight * y * _sigmoid(-z)) / z.size


def binary_focal(y_true, p, gamma=2.0, alpha=None):
    sign = 2 * y_true - 1
    p_t = np.clip(np.where(y_true == 1, p, 1 - p), 1e-15, 1.0)
    weight = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    slope = gamma * (1 - p_t) ** (gamma - 1) * np.log(p_t) - (1 - p_t) ** gamma / p_t
    return sign * weight * slope / p.size


def binary_focal_with_logits(y_true, z, gamma=2.0, alpha=None):
    sign = 2 * y_true - 1
    z_t = sign * z
    p_t, q_t = _sigmoid(z_t), _sigmoid(-z_t)
    log_p_t = -np.logaddexp(0, -z_t)
    weight = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return weight * sign * q_t**gamma * (gamma * p_t * log_p_t - q_t) / z.size


def categorical_focal(y_true, p, gamma=2.0, alpha=1.0):
    p = np.clip(p, 1e-15, 1.0)
    slope = gamma * (1 - p) ** (gamma - 1) * np.log(p) - (1 - p) ** gamma / p
    return alpha * y_true * slope / len(p)


def categorical_cross_entropy(y_true, p, label_smoothing=0.0):
    y = y_true * (1 - label_smoothing) + label_smoothing / p.shape[-1]
    return -y / np.maximum(p, 1e-12) / len(p)


def categorical_cross_entropy_with_logits(y_true, z, label_smoothing=0.0):
    y = y_true * (1 - label_smoothing) + label_smoothing / z.shape[-1]
    return (_softmax(z) - y) / z.shape[0]


def sparse_categorical_cross_entropy(y_true, p, label_smoothing=0.0):
    y = _onehot(y_true, p.shape[1]) * (1 - label_smoothing) + label_smoothing / p.shape[1]
    return -y / (p + 1e-12) / len(y_true)


def sparse_categorical_cross_entropy_with_logits(y_true, z, label_smoothing=0.0):
    n, c = z.shape
    gradient = _softmax(z) - label_smoothing / c
    gradient[np.arange(n), y_true] -= 1 - label_smoothing
    return gradient / n


def nll(y_true, log_p):
    return -_onehot(y_true, log_p.shape[1]) / len(y_true)


def poly_cross_entropy(y_true, z, epsilon=2.0):
    p = _softmax(z)
    right = (y_true * p).sum(axis=1, keepdims=True)
    return (p - y_true - epsilon * right * (y_true - p)) / len(z)


def generalized_cross_entropy(y_true, p, q=0.5):
    return -_onehot(y_true, p.shape[1]) * np.where(p > 0, p, 1e-15) ** (q - 1) / len(p)


def ranking_softmax(y_true, scores):
    return (_softmax(scores) * y_true.sum(axis=1, keepdims=True) - y_true) / len(scores)


def sparsemax(y_true, z):
    sign = 1 - 2 * y_true
    return sign * np.clip((sign * z + 1) / 2, 0, 1) / z.size


def multiclass_sparsemax(y_true, z):
    gradient = np.zeros_like(z)
    for i, row in enumerate(z):
        ordered = np.sort(row)[::-1]
        sums = np.cumsum(ordered)
        k = np.sum(1 + np.arange(1, len(row) + 1) * ordered > sums)
        gradient[i] = np.maximum(row - (sums[k - 1] - 1) / k, 0)
        gradient[i, y_true[i]] -= 1
    return gradient / len(z)


def cost_sensitive_cross_entropy(y_true, p, cost):
    return cost[y_true] / len(y_true)


def brier(y_true, p):
    return 2 * (p - y_true) / p.size


def multiclass_brier(y_true, p):
    return 2 * (p - y_true) / len(p)


def zero_one(y_true, p, threshold=0.5):
    return np.zeros(p.shape)


def hamming(y_true, p, threshold=0.5):
    return np.zeros_like(p)


def hinge(y_true, score):
    return np.where(y_true * score < 1, -y_true, 0) / score.size


def squared_hinge(y_true, score):
    return -2 * y_true * np.maximum(0, 1 - y_true * score) / score.size


def logistic(y_true, score):
    return -y_true * _sigmoid(-y_true * score) / score.size


def perceptron(y_true, score):
    return -y_true * (y_true * score < 0) / score.size


def exponential(y_true, score):
    return -y_true * np.exp(-y_true * score) / score.size


def multiclass_hinge(y_true, scores, margin=1.0):
    n = len(y_true)
    gradient = np.zeros(scores.shape)
    for i in range(n):
        others = scores[i].copy()
        others[y_true[i]] = -np.inf
        best = others.argmax()
        if margin + scores[i, best] - scores[i, y_true[i]] > 0:
            gradient[i, best] += 1 / n
            gradient[i, y_true[i]] -= 1 / n
    return gradient


def multiclass_perceptron(y_true, scores):
    best = scores.argmax(axis=1)
    return (_onehot(best, scores.shape[1]) - _onehot(y_true, scores.shape[1])) / len(y_true)


def multilabel_margin(scores, listed):
    gradient = np.zeros(scores.shape)
    n, c = scores.shape
    for i in range(n):
        stop = listed[i].tolist().index(-1) if -1 in listed[i] else c
        labels = set(listed[i][:stop].tolist())
        for j in labels:
            for k in set(range(c)) - labels:
                if 1 - (scores[i, j] - scores[i, k]) > 0:
                    gradient[i, j] -= 1 / (c * n)
                    gradient[i, k] += 1 / (c * n)
    return gradient


def multilabel_soft_margin(scores, labels):
    return (_sigmoid(scores) - labels) / scores.size


def hinge_embedding(distance, y, margin=1.0):
    return np.where(y == 1, 1.0, -1.0 * (distance < margin)) / distance.size


def margin_ranking(input1, input2, target, margin=0.0):
    active = margin - target * (input1 - input2) > 0
    return np.where(active, -target, 0.0) / input1.size


def kl_divergence(p, q):
    return -p / (q + 1e-15) / len(p)


def jensen_shannon_divergence(p, q):
    return 0.5 * np.log(np.where(q > 0, q, 1e-15) / (0.5 * (p + q))) / len(p)


def reverse_kl(p, q):
    tiny = 1e-15
    return (np.log((q + tiny) / (p + tiny)) + 1) / len(p)


def generalized_kl(p, q):
    return (1 - p / q) / len(p)


def _cosine_slope(x1, x2):
    """Of the cosine, with respect to x2."""
    a, b = np.linalg.norm(x1, axis=1, keepdims=True), np.linalg.norm(x2, axis=1, keepdims=True)
    cosine = (x1 * x2).sum(axis=1, keepdims=True) / (a * b)
    return cosine, x1 / (a * b) - cosine * x2 / b**2


def cosine_similarity(x1, x2):
    return _cosine_slope(x1, x2)[1] / len(x1)


def cosine_distance(x1, x2):
    return -_cosine_slope(x1, x2)[1] / len(x1)


def cosine_embedding(x1, x2, y, margin=0.0):
    cosine, slope = _cosine_slope(x2, x1)
    y = y[:, None]
    return np.where(y == 1, -slope, np.where(cosine > margin, slope, 0)) / len(x1)


def triplet_margin(a, p, n, margin=1.0, norm_degree=2.0, eps=0.0):
    def distance(u):
        d = (np.abs(u) ** norm_degree).sum(axis=1, keepdims=True) ** (1 / norm_degree)
        return d, np.sign(u) * np.abs(u) ** (norm_degree - 1) / np.maximum(d, 1e-12) ** (norm_degree - 1)

    (near, of_near), (far, of_far) = distance(a - p + eps), distance(a - n + eps)
    return np.where(near - far + margin > 0, of_near - of_far, 0) / len(a)


def contrastive(x1, x2, y, margin=1.0):
    difference = x1 - x2
    d = np.sqrt((difference**2).sum(axis=1, keepdims=True))
    y = y.reshape(-1, 1)
    return (2 * y * difference - 2 * (1 - y) * np.maximum(0, margin - d) * difference / np.maximum(d, 1e-12)) / len(x1)


def info_nce(q, k, temperature=0.1):
    share = _softmax(q @ k.T / temperature) - np.eye(len(q))
    return share @ k / temperature / len(q)


def _through_norm(z, slope):
    """Carry a slope with respect to z/|z| back to z."""
    length = np.linalg.norm(z, axis=1, keepdims=True)
    unit = z / length
    return (slope - unit * (unit * slope).sum(axis=1, keepdims=True)) / length


def nt_xent(q, k, temperature=0.07):
    z = np.concatenate([q, k])
    n = len(q)
    unit = z / np.linalg.norm(z, axis=1, keepdims=True)
    scores = unit @ unit.T / temperature
    np.fill_diagonal(scores, -np.inf)
    share = _softmax(scores)
    share[np.arange(2 * n), np.roll(np.arange(2 * n), n)] -= 1
    slope = (share + share.T) @ unit / temperature / (2 * n)
    return _through_norm(z, slope)[:n]


def circle(y_true, y_pred, gamma=80.0, margin=0.4):
    unit = y_pred / np.linalg.norm(y_pred, axis=1, keepdims=True)
    s = unit @ unit.T
    same = y_true[:, None] == y_true
    slope = np.zeros_like(s)
    for i in range(len(s)):
        near = same[i] & (np.arange(len(s)) != i)
        far = ~same[i]
        if not near.any() or not far.any():
            continue
        a = -gamma * np.maximum(0, 1 + margin - s[i]) * (s[i] - 1 + margin)
        b = gamma * np.maximum(0, s[i] + margin) * (s[i] - margin)
        top_a, top_b = a[near].max(), b[far].max()
        sum_a, sum_b = np.exp(a[near] - top_a).sum(), np.exp(b[far] - top_b).sum()
        total = _sigmoid(top_a + np.log(sum_a) + top_b + np.log(sum_b))
        of_a = np.where(s[i] < 1 + margin, 2 * gamma * (s[i] - 1), 0)
        of_b = np.where(s[i] > -margin, 2 * gamma * s[i], 0)
        slope[i][near] = (total * np.exp(a - top_a) / sum_a * of_a)[near]
        slope[i][far] = (total * np.exp(b - top_b) / sum_b * of_b)[far]
    return _through_norm(y_pred, (slope + slope.T) @ unit / len(s))


def dice(y_true, p, smooth=0.0):
    intersection, size = (y_true * p).sum(), y_true.sum() + p.sum()
    return -(2 * y_true * (size + smooth) - (2 * intersection + smooth)) / (size + smooth) ** 2


def tversky(y_true, p, alpha=0.5, beta=0.5, smooth=0.0):
    tp, fp, fn = (y_true * p).sum(), ((1 - y_true) * p).sum(), (y_true * (1 - p)).sum()
    bottom = tp + alpha * fp + beta * fn + smooth
    return -(y_true * bottom - (tp + smooth) * (y_true + alpha * (1 - y_true) - beta * y_true)) / bottom**2


def jaccard(y_true, p, smooth=0.0):
    shared = (y_true * p).sum() + smooth
    union = (y_true + p - y_true * p).sum() + smooth
    return -(y_true * union - shared * (1 - y_true)) / union**2


def l1_penalty(w, strength=1.0):
    return strength * np.sign(w)


def l2_penalty(w, strength=1.0):
    return 2 * strength * w


def elastic_net(w, strength=1.0, l1_ratio=0.5):
    return strength * (l1_ratio * np.sign(w) + 2 * (1 - l1_ratio) * w)
