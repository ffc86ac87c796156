"""Answers to classification tasks, as one writes them."""

import numpy as np


def _log_softmax(z):
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def binary_cross_entropy(y_true, p, label_smoothing=0.0):
    y = y_true * (1 - label_smoothing) + label_smoothing / 2
    p = np.clip(p, 1e-15, 1 - 1e-15)
    return -np.mean(y * np.log(p) + (1 - y) * np.log1p(-p))


def binary_cross_entropy_with_logits(y_true, z, label_smoothing=0.0):
    y = y_true * (1 - label_smoothing) + label_smoothing / 2
    return np.mean(_softplus(z) - y * z)


def weighted_binary_cross_entropy(y_true, p, pos_weight=1.0, label_smoothing=0.0):
    y = y_true * (1 - label_smoothing) + label_smoothing / 2
    eps = 1e-12
    return np.mean(-(pos_weight * y * np.log(p + eps) + (1 - y) * np.log(1 - p + eps)))


def weighted_binary_cross_entropy_with_logits(y_true, z, pos_weight=1.0, label_smoothing=0.0):
    y = y_true * (1 - label_smoothing) + label_smoothing / 2
    return np.mean(pos_weight * y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z))


def binary_focal(y_true, p, gamma=2.0, alpha=None):
    p_t = np.where(y_true == 1, p, 1 - p)
    weight = 1.0 if alpha is None else np.where(y_true == 1, alpha, 1 - alpha)
    return np.mean(-weight * (1 - p_t) ** gamma * np.log(np.maximum(p_t, 1e-10)))


def binary_focal_with_logits(y_true, z, gamma=2.0, alpha=None):
    z_t = (2 * y_true - 1) * z
    weight = 1.0 if alpha is None else alpha * y_true + (1 - alpha) * (1 - y_true)
    return np.mean(weight * np.exp(-gamma * _softplus(z_t)) * _softplus(-z_t))


def categorical_focal(y_true, p, gamma=2.0, alpha=1.0):
    p = np.clip(p, 1e-9, 1.0)
    return -alpha * np.sum(y_true * (1 - p) ** gamma * np.log(p), axis=1).mean()


def categorical_cross_entropy(y_true, p, label_smoothing=0.0):
    y = y_true * (1 - label_smoothing) + label_smoothing / p.shape[-1]
    return -(y * np.log(p + 1e-12)).sum(axis=-1).mean()


def categorical_cross_entropy_with_logits(y_true, z, label_smoothing=0.0):
    y = y_true * (1 - label_smoothing) + label_smoothing / z.shape[-1]
    return -np.mean(np.sum(y * _log_softmax(z), axis=-1))


def sparse_categorical_cross_entropy(y_true, p, label_smoothing=0.0):
    logs = np.log(np.clip(p, 1e-15, None))
    picked = logs[np.arange(len(y_true)), y_true]
    return -((1 - label_smoothing) * picked + label_smoothing * logs.mean(axis=1)).mean()


def sparse_categorical_cross_entropy_with_logits(y_true, z, label_smoothing=0.0):
    logs = _log_softmax(z)
    picked = np.take_along_axis(logs, y_true[:, None], axis=1)[:, 0]
    return -np.mean((1 - label_smoothing) * picked + label_smoothing * logs.mean(axis=1))


def nll(y_true, log_p):
    return -sum(row[label] for row, label in zip(log_p, y_true)) / len(y_true)


def poly_cross_entropy(y_true, z, epsilon=2.0):
    logs = _log_softmax(z)
    right = np.sum(y_true * np.exp(logs), axis=1)
    return np.mean(-np.sum(y_true * logs, axis=1) + epsilon * (1 - right))


def generalized_cross_entropy(y_true, p, q=0.5):
    right = p[np.arange(p.shape[0]), y_true]
    return np.mean((1 - right**q) / q)


def ranking_softmax(y_true, scores):
    return -(y_true * _log_softmax(scores)).sum(axis=1).mean()


def sparsemax(y_true, z):
    u = (1 - 2 * y_true) * z
    return np.mean(np.where(u >= 1, u, np.where(u <= -1, 0.0, (u + 1) ** 2 / 4)))


def multiclass_sparsemax(y_true, z):
    losses = []
    for row, label in zip(z, y_true):
        ordered = np.sort(row)[::-1]
        sums = np.cumsum(ordered)
        support = np.arange(1, len(row) + 1) * ordered > sums - 1
        k = support.sum()
        tau = (sums[k - 1] - 1) / k
        losses.append(-row[label] + 0.5 * np.sum(row[row > tau] ** 2 - tau**2) + 0.5)
    return np.mean(losses)


def cost_sensitive_cross_entropy(y_true, p, cost):
    return np.mean(np.sum(cost[y_true] * p, axis=1))


def linear_cross_entropy(y_true, x, weight, bias, label_smoothing=0.0):
    logs = _log_softmax(x @ weight.T + bias)
    picked = logs[np.arange(len(y_true)), y_true]
    return -np.mean((1 - label_smoothing) * picked + label_smoothing * logs.mean(axis=1))


def adaptive_log_softmax(y_true, x, head_weight, head_bias, projection, tail_weight, cutoffs):
    head = _log_softmax(x @ head_weight.T + head_bias)
    first, ends = cutoffs[0], [*cutoffs, cutoffs[0] + len(tail_weight)]
    losses = []
    for row, label in enumerate(y_true):
        if label < first:
            losses.append(-head[row, label])
            continue
        k = int(np.searchsorted(cutoffs, label, side="right")) - 1
        within = _log_softmax(tail_weight[ends[k] - first : ends[k + 1] - first] @ projection[k] @ x[row])
        losses.append(-head[row, first + k] - within[label - ends[k]])
    return np.mean(losses)


def brier(y_true, p):
    return np.mean((p - y_true) ** 2)


def multiclass_brier(y_true, p):
    return np.mean(np.sum((p - y_true) ** 2, axis=1))


def zero_one(y_true, p, threshold=0.5):
    return np.mean((p >= threshold).astype(int) != y_true)


def hamming(y_true, p, threshold=0.5):
    return float(np.sum((p > threshold) != (y_true == 1))) / y_true.size


def hinge(y_true, score):
    return np.maximum(0, 1 - y_true * score).mean()


def squared_hinge(y_true, score):
    return np.mean(np.clip(1 - y_true * score, 0, None) ** 2)


def logistic(y_true, score):
    return np.mean(_softplus(-y_true * score))


def perceptron(y_true, score):
    return np.mean(np.maximum(-y_true * score, 0.0))


def exponential(y_true, score):
    return np.mean(np.exp(-y_true * score))


def multiclass_hinge(y_true, scores, margin=1.0):
    n = len(y_true)
    right = scores[np.arange(n), y_true]
    others = scores.copy()
    others[np.arange(n), y_true] = -np.inf
    return np.maximum(0, margin + others.max(axis=1) - right).mean()


def multiclass_perceptron(y_true, scores):
    return np.mean(scores.max(axis=1) - scores[np.arange(len(y_true)), y_true])


def multilabel_margin(scores, listed):
    total = 0.0
    for row, padded in zip(scores, listed):
        labels = []
        for label in padded:
            if label < 0:
                break
            labels.append(label)
        others = [k for k in range(len(row)) if k not in labels]
        total += sum(max(0.0, 1 - (row[j] - row[i])) for j in labels for i in others) / len(row)
    return total / len(scores)


def multilabel_soft_margin(scores, labels):
    return np.mean(_softplus(scores) - labels * scores)


def hinge_embedding(distance, y, margin=1.0):
    return np.where(y == 1, distance, np.maximum(0, margin - distance)).mean()


def margin_ranking(input1, input2, target, margin=0.0):
    return np.mean(np.maximum(0, -target * (input1 - input2) + margin))
