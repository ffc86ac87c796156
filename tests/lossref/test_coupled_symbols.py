"""Losses whose terms share arguments against sympy: the value and every derivative of small batches."""

import mpmath
import numpy as np
import pytest
import sympy as sp

import lossref

RNG = np.random.default_rng(11)


def symbols(name, shape):
    """An array of symbols."""
    return np.array([sp.Symbol(f"{name}{i}", real=True) for i in range(int(np.prod(shape)))]).reshape(shape)


def cross_entropy(scores, target):
    return sp.log(sum(sp.exp(score) for score in scores)) - scores[target]


def length(vector):
    return sp.sqrt(sum(entry**2 for entry in vector))


def info_nce(q, k, temperature):
    return sum(cross_entropy(list(row), i) for i, row in enumerate(q @ k.T / temperature)) / len(q)


def nt_xent(q, k, temperature):
    views = [row / length(row) for row in np.concatenate([q, k])]
    n, total = len(q), 0
    for i, view in enumerate(views):
        others = [j for j in range(2 * n) if j != i]
        total += cross_entropy([view @ views[j] / temperature for j in others], others.index((i + n) % (2 * n)))
    return total / (2 * n)


def circle(y_true, y_pred, gamma, margin):
    directions, total = [row / length(row) for row in y_pred], 0
    for i, one in enumerate(directions):
        near = far = sp.Integer(0)
        for j, other in enumerate(directions):
            s = one @ other
            if j != i and y_true[j] == y_true[i]:
                near += sp.exp(-gamma * sp.Max(0, 1 + margin - s) * (s - 1 + margin))
            elif y_true[j] != y_true[i]:
                far += sp.exp(gamma * sp.Max(0, s + margin) * (s - margin))
        total += sp.log(1 + near * far)
    return total / len(y_true)


def tversky(y_true, p, alpha, beta, smooth):
    hits = sum(y_true * p)
    counted = hits + alpha * sum((1 - y_true) * p) + beta * sum(y_true * (1 - p))
    return 1 - (hits + smooth) / (counted + smooth)


def dice(y_true, p, smooth):
    return 1 - (2 * sum(y_true * p) + smooth) / (sum(y_true) + sum(p) + smooth)


def generalized_iou(y_true, p):
    (a, b), total = (y_true, p), 0
    for one, other in zip(a, b, strict=True):
        shared, hull, sizes = sp.Integer(1), sp.Integer(1), [sp.Integer(1), sp.Integer(1)]
        for low in (0, 1):
            high = low + 2
            shared *= sp.Max(0, sp.Min(one[high], other[high]) - sp.Max(one[low], other[low]))
            hull *= sp.Max(one[high], other[high]) - sp.Min(one[low], other[low])
            sizes = [size * (box[high] - box[low]) for size, box in zip(sizes, (one, other), strict=True)]
        union = sum(sizes) - shared
        total += 1 - shared / union + (hull - union) / hull
    return total / len(a)


def linear_cross_entropy(y_true, x, weight, bias, smoothing):
    total, classes = 0, len(bias)
    for row, label in zip(x @ weight.T + bias, y_true, strict=True):
        costs = [cross_entropy(list(row), k) for k in range(classes)]
        total += (1 - smoothing) * costs[label] + smoothing / classes * sum(costs)
    return total / len(y_true)


def adaptive_log_softmax(y_true, x, *layers):
    head_weight, head_bias, projection, tail_weight, cutoffs = layers
    first, ends, total = cutoffs[0], [*cutoffs, cutoffs[0] + len(tail_weight)], 0
    for row, label in zip(x, y_true, strict=True):
        cluster = sum(label >= cutoff for cutoff in cutoffs)
        total += cross_entropy(list(head_weight @ row + head_bias), first + cluster - 1 if cluster else label)
        if cluster:
            start, end = ends[cluster - 1 : cluster + 1]
            scores = tail_weight[start - first : end - first] @ projection[cluster - 1] @ row
            total += cross_entropy(list(scores), label - start)
    return total / len(y_true)


PAIR = list(RNG.normal(size=(2, 3, 2)))
CASES = {
    "info_nce": (info_nce, PAIR, [0.5]),
    "nt_xent": (nt_xent, [half[:2] for half in PAIR], [0.5]),
    "circle": (circle, [np.array([0, 0, 1]), RNG.normal(size=(3, 2))], [2.0, 0.25]),
    "linear_cross_entropy": (
        linear_cross_entropy,
        [np.array([0, 2, 1]), *(RNG.normal(size=shape) for shape in ((3, 2), (3, 2), 3))],
        [0.125],
    ),
    "adaptive_log_softmax": (
        adaptive_log_softmax,
        [
            np.array([0, 2, 5, 4]),
            *(RNG.normal(size=shape) for shape in ((4, 2), (4, 2), 4, (2, 1, 2), (4, 1))),
            np.array([2, 3]),
        ],
        [],
    ),
    "dice": (dice, [np.array([1.0, 0.0, 1.0]), RNG.uniform(size=3)], [0.5]),
    "tversky": (tversky, [np.array([1.0, 0.0, 1.0]), RNG.uniform(size=3)], [0.25, 0.75, 0.5]),
    "jaccard": (
        lambda y_true, p, smooth: tversky(y_true, p, 1, 1, smooth),
        [np.array([1.0, 0.0, 1.0]), RNG.uniform(size=3)],
        [0.5],
    ),
    "generalized_iou": (
        generalized_iou,
        [
            np.array([[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 1.0, 1.0]]),
            np.array([[1.0, 0.5, 3.0, 1.75], [2.0, 3.0, 4.0, 4.5]]),
        ],
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_values_and_derivatives_agree_with_sympy(name):
    form, arguments, hypers = CASES[name]
    spec = lossref.get(name)
    variables = [
        symbols(p.name, a.shape) if p.name in spec.slopes else a for p, a in zip(spec.arrays, arguments, strict=True)
    ]
    expression = form(*variables, *(sp.Rational(hyper) for hyper in hypers))
    at = {
        symbol: mpmath.mpf(float(number))
        for variable, argument in zip(variables, arguments, strict=True)
        if variable.dtype == object
        for symbol, number in zip(variable.flat, argument.flat, strict=True)
    }
    wanted = [expression, *(expression.diff(symbol) for symbol in at)]
    with mpmath.workdps(40):
        numbers = sp.lambdify(list(at), wanted, modules="mpmath", cse=True)(*at.values())
    exact = dict(zip(at, numbers[1:], strict=True))
    assert spec.value(*arguments, *hypers) == pytest.approx(float(numbers[0]), rel=1e-13)
    for place, wrt in enumerate(p.name for p in spec.arrays):
        if wrt in spec.slopes:
            gradient = spec.gradient(*arguments, *hypers, wrt=wrt)
            expected = [float(exact[symbol]) for symbol in variables[place].flat]
            np.testing.assert_allclose(gradient.ravel(), expected, rtol=1e-12, atol=1e-14)
