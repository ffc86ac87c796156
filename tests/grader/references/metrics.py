"""Answers to tasks on metrics, as one writes them."""

import numpy as np


def _counts(y_true, y_pred):
    tp = int(np.sum((y_true == 1) & (y_pred == 1)))
    fp = int(np.sum((y_true == 0) & (y_pred == 1)))
    fn = int(np.sum((y_true == 1) & (y_pred == 0)))
    tn = int(np.sum((y_true == 0) & (y_pred == 0)))
    return tp, fp, fn, tn


def accuracy(y_true, y_pred):
    return np.mean(y_true == y_pred)


def balanced_accuracy(y_true, y_pred):
    tp, fp, fn, tn = _counts(y_true, y_pred)
    return (tp / (tp + fn) + tn / (tn + fp)) / 2


def confusion_matrix(y_true, y_pred):
    matrix = np.zeros((2, 2), dtype=int)
    for t, p in zip(y_true, y_pred):
        matrix[t, p] += 1
    return matrix


def cohen_kappa(y_true, y_pred):
    n = len(y_true)
    observed = np.mean(y_true == y_pred)
    chance = sum(np.sum(y_true == k) * np.sum(y_pred == k) for k in (0, 1)) / n**2
    return (observed - chance) / (1 - chance)


def matthews_corrcoef(y_true, y_pred):
    tp, fp, fn, tn = _counts(y_true, y_pred)
    product = float(tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / np.sqrt(product) if product > 0 else 0.0


def precision(y_true, y_pred):
    tp, fp, _, _ = _counts(y_true, y_pred)
    return tp / (tp + fp) if tp + fp else 0.0


def recall(y_true, y_pred):
    tp, _, fn, _ = _counts(y_true, y_pred)
    return tp / (tp + fn) if tp + fn > 0 else 0.0


def f1(y_true, y_pred):
    p, r = precision(y_true, y_pred), recall(y_true, y_pred)
    return 0.0 if p + r == 0 else 2 * p * r / (p + r)


def fbeta(y_true, y_pred, beta=1.0):
    tp, fp, fn, _ = _counts(y_true, y_pred)
    denominator = (1 + beta**2) * tp + beta**2 * fn + fp
    return (1 + beta**2) * tp / denominator if denominator else 0.0


def jaccard_score(y_true, y_pred):
    union = np.sum((y_true == 1) | (y_pred == 1))
    return np.sum((y_true == 1) & (y_pred == 1)) / union if union else 0.0


def roc_auc(y_true, score):
    positive, negative = score[y_true == 1], score[y_true == 0]
    wins = (positive[:, None] > negative).sum() + 0.5 * (positive[:, None] == negative).sum()
    return wins / (len(positive) * len(negative))


def average_precision(y_true, score):
    positives = y_true.sum()
    total = previous = 0.0
    for threshold in np.unique(score)[::-1]:
        chosen = score >= threshold
        found = np.sum(y_true[chosen])
        total += (found / positives - previous) * found / chosen.sum()
        previous = found / positives
    return total


def top_k_accuracy(y_true, scores, k=2):
    best = np.argsort(-scores, axis=1)[:, :k]
    return np.mean([label in row for label, row in zip(y_true, best)])


def dcg(y_true, score, k=None):
    order = np.argsort(-score, axis=1)[:, :k]
    gains = np.take_along_axis(y_true, order, axis=1)
    return np.mean(np.sum(gains / np.log2(np.arange(2, gains.shape[1] + 2)), axis=1))


def ndcg(y_true, score, k=None):
    def total(row):
        return sum(gain / np.log2(rank + 2) for rank, gain in enumerate(row[:k]))

    return np.mean([total(y[np.argsort(-s)]) / total(np.sort(y)[::-1]) for y, s in zip(y_true, score)])


def _calibration(right, confidence, bins):
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for b in range(bins):
        inside = place == b
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error


def expected_calibration_error(y_true, p, bins=10):
    return _calibration(y_true, p, bins)


def top_label_calibration_error(y_true, p, bins=10):
    return _calibration(p.argmax(axis=1) == y_true, p.max(axis=1), bins)


def log_loss(y_true, p):
    chosen = np.where(y_true == 1, p, 1 - p)
    return -np.log(np.maximum(chosen, np.finfo(float).eps)).mean()


def r2(y_true, y_pred):
    return 1 - np.sum((y_true - y_pred) ** 2) / np.sum((y_true - y_true.mean()) ** 2)


def explained_variance(y_true, y_pred):
    return 1 - np.var(y_true - y_pred) / np.var(y_true)


def median_absolute_error(y_true, y_pred):
    return np.median(np.abs(y_true - y_pred))


def max_error(y_true, y_pred):
    return np.abs(y_true - y_pred).max()


def d2_absolute_error(y_true, y_pred):
    return 1 - np.abs(y_true - y_pred).sum() / np.abs(y_true - np.median(y_true)).sum()


def _pinball(e, q):
    return np.maximum(q * e, (q - 1) * e).sum()


def d2_pinball(y_true, y_pred, q=0.5):
    best = min(_pinball(y_true - c, q) for c in y_true)
    return 1 - _pinball(y_true - y_pred, q) / best


def _deviance(y, mu, power):
    if power == 0:
        return ((y - mu) ** 2).sum()
    if power == 1:
        return 2 * (y * np.log(y / mu) - y + mu).sum()
    if power == 2:
        return 2 * (np.log(mu / y) + y / mu - 1).sum()
    a, b = 1 - power, 2 - power
    return 2 * (y**b / (a * b) - y * mu**a / a + mu**b / b).sum()


def d2_tweedie(y_true, y_pred, power=0.0):
    return 1 - _deviance(y_true, y_pred, power) / _deviance(y_true, np.full_like(y_true, y_true.mean()), power)


def d2_log_loss(y_true, p):
    base = np.full(len(y_true), y_true.mean())
    return 1 - log_loss(y_true, p) / log_loss(y_true, base)


def d2_brier(y_true, p):
    return 1 - np.sum((p - y_true) ** 2) / np.sum((y_true.mean() - y_true) ** 2)
