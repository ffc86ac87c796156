"""What is as right as the reference: an eps where a formula needs one, a clamp, a value of 0/0; and nothing more."""

import numpy as np
import pytest

import lossref
from grader.cases import Case, draw
from grader.oracle import Oracle
from grader.task import read_task

GROUPS = ("ordinary", "edge")


def oracle(name, **table):
    parameters = table.pop("parameters", None) or list(lossref.get(name).needed)
    return Oracle(read_task({"coding": {"function": "f", "parameters": parameters, "reference": name, **table}}))


def wrong(judge, answer, seeds=range(3), groups=GROUPS):
    """Names of the cases that the answer gets wrong."""
    with np.errstate(all="ignore"):
        return {
            case.name
            for seed in seeds
            for case in draw(judge.task, seed)
            if case.group in groups and not judge.judge(plain(answer(*case.args)), case).fits
        }


def plain(value):
    return float(value) if np.ndim(value) == 0 else value


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def norm(x, eps):
    return np.sqrt((x**2).sum(axis=-1) + eps)


# One honest form of each with an eps in it.
FORMS = {
    "root_mean_squared_error": lambda e: lambda y, x: np.sqrt(np.mean((y - x) ** 2) + e),
    "mean_squared_logarithmic_error": lambda e: lambda y, x: np.mean((np.log(1 + y + e) - np.log(1 + x + e)) ** 2),
    "mean_absolute_percentage_error": lambda e: lambda y, x: np.mean(np.abs(y - x) / (np.abs(y) + e)),
    "gaussian_nll": lambda e: lambda y, m, v: np.mean(np.log(v + e) + (y - m) ** 2 / (v + e)) / 2,
    "binary_cross_entropy": lambda e: lambda y, p: -np.mean(y * np.log(p + e) + (1 - y) * np.log(1 - p + e)),
    "binary_focal": lambda e: (
        lambda y, p: np.mean(np.where(y == 1, -((1 - p) ** 2) * np.log(p + e), -(p**2) * np.log(1 - p + e)))
    ),
    "categorical_focal": lambda e: lambda y, p: -np.mean(np.sum(y * (1 - p) ** 2 * np.log(p + e), axis=1)),
    "categorical_cross_entropy": lambda e: lambda y, p: -np.mean(np.sum(y * np.log(p + e), axis=1)),
    "categorical_cross_entropy_with_logits": lambda e: (
        lambda y, z: -np.mean(np.sum(y * np.log(softmax(z) + e), axis=1))
    ),
    "ranking_softmax": lambda e: lambda y, s: -np.mean(np.sum(y * np.log(softmax(s) + e), axis=1)),
    "binary_focal_with_logits": lambda e: (
        lambda y, z: np.mean(
            np.where(
                y == 1,
                -((1 - sigmoid(z)) ** 2) * np.log(sigmoid(z) + e),
                -(sigmoid(z) ** 2) * np.log(1 - sigmoid(z) + e),
            )
        )
    ),
    "logistic": lambda e: lambda y, s: -np.mean(np.log(sigmoid(y * s) + e)),
    "multilabel_soft_margin": lambda e: (
        lambda z, y: -np.mean(y * np.log(sigmoid(z) + e) + (1 - y) * np.log(1 - sigmoid(z) + e))
    ),
    "kl_divergence": lambda e: lambda p, q: np.mean(np.sum(p * np.log((p + e) / (q + e)), axis=1)),
    "jensen_shannon_divergence": lambda e: (
        lambda p, q: np.mean(
            np.sum(p * np.log((p + e) / ((p + q) / 2 + e)) + q * np.log((q + e) / ((p + q) / 2 + e)), axis=1) / 2
        )
    ),
    "cosine_distance": lambda e: lambda a, b: np.mean(1 - (a * b).sum(axis=1) / (norm(a, e) * norm(b, e))),
    "triplet_margin": lambda e: lambda a, p, n: np.mean(np.maximum(0, norm(a - p, e) - norm(a - n, e) + 1)),
    "contrastive": lambda e: (
        lambda a, b, y: np.mean(y * norm(a - b, e) ** 2 + (1 - y) * np.maximum(0, 1 - norm(a - b, e)) ** 2)
    ),
    "gradient_penalty": lambda e: lambda g: np.mean((norm(g, e) - 1) ** 2),
    "gan_discriminator": lambda e: lambda r, f: -np.mean(np.log(sigmoid(r) + e) + np.log(1 - sigmoid(f) + e)),
    "bpr": lambda e: lambda s, t: -np.mean(np.log(sigmoid(s - t) + e)),
    "vae_elbo": lambda e: (
        lambda x, q, m, v: np.mean(
            -(x * np.log(q + e) + (1 - x) * np.log(1 - q + e)).sum(axis=1)
            + 0.5 * (m**2 + np.exp(v) - 1 - v).sum(axis=1)
        )
    ),
    "dice": lambda e: lambda y, p: 1 - (2 * (y * p).sum() + e) / (y.sum() + p.sum() + e),
    "jaccard": lambda e: lambda y, p: 1 - (y * p).sum() / ((y + p - y * p).sum() + e),
    "softplus": lambda e: lambda z: np.log(1 + np.exp(z) + e),
    "log_sigmoid": lambda e: lambda z: np.log(sigmoid(z) + e),
    "log_softmax": lambda e: lambda z: np.log(softmax(z) + e),
    "logsumexp": lambda e: lambda z: np.log(np.exp(z).sum(axis=-1) + e),
    "log_loss": lambda e: lambda y, p: -np.mean(np.log(np.where(y == 1, p, 1 - p) + e)),
    "precision": lambda e: lambda y, p: np.sum(y * p) / (np.sum(p) + e),
    "f1": lambda e: lambda y, p: 2 * np.sum(y * p) / (np.sum(y) + np.sum(p) + e),
}


@pytest.mark.parametrize("eps", [1e-12, 1e-8, 1e-6])
@pytest.mark.parametrize("name", FORMS)
def test_an_eps_of_a_millionth_is_free(name, eps):
    assert wrong(oracle(name), FORMS[name](eps)) == set()


@pytest.mark.parametrize("name", FORMS)
def test_a_large_eps_is_not(name):
    judge = oracle(name)
    assert wrong(judge, FORMS[name](1e-3), groups=("ordinary",))


def exact(judge):
    return lambda *args: judge.task.expected(Case("", "ordinary", args))


# The slope of a logit is never below 4, where the relative tolerance admits a fifth digit.
SLOPED = [(name, "gradient") for name in lossref.names() if lossref.get(name).slopes and name != "logit"]


@pytest.mark.parametrize(("name", "gives"), [*((name, "value") for name in lossref.names()), *SLOPED])
def test_four_decimals_are_never_enough(name, gives):
    judge = oracle(name, gives=gives)

    def rounded(*args):
        value = right(*args)
        return tuple(np.round(v, 4) for v in value) if isinstance(value, tuple) else np.round(value, 4)

    right = exact(judge)
    whole = all(np.array_equal(rounded(*case.args), right(*case.args)) for case in draw(judge.task, 0))
    assert whole or wrong(judge, rounded, groups=("ordinary",))


def fits(judge, value, *args):
    return judge.judge(value, Case("", "edge", args)).fits


ENDS = {
    "binary_cross_entropy": ([1], [0.0]),
    "weighted_binary_cross_entropy": ([0], [1.0]),
    "binary_focal": ([1], [0.0]),
    "categorical_cross_entropy": ([[1, 0]], [[0.0, 1.0]]),
    "sparse_categorical_cross_entropy": ([0], [[0.0, 1.0]]),
    "categorical_focal": ([[1, 0]], [[0.0, 1.0]]),
    "kl_divergence": ([[1.0, 0.0]], [[0.0, 1.0]]),
    "generalized_kl": ([[1.0]], [[0.0]]),
    "log_loss": ([1], [0.0]),
}


@pytest.mark.parametrize("name", ENDS)
def test_any_clamp_from_ten_up_is_right_where_a_probability_sits_on_the_wrong_end(name):
    judge, args = oracle(name), tuple(map(np.array, ENDS[name]))
    assert [fits(judge, value, *args) for value in (10.0, 16.118, 100.0, np.inf)] == [True] * 4
    assert [fits(judge, value, *args) for value in (9.0, 0.0, -100.0, np.nan)] == [False] * 4


@pytest.mark.parametrize("name", [name for name in ENDS if lossref.get(name).slopes])
def test_any_slope_of_the_right_sign_is_right_there(name):
    judge, args = oracle(name, gives="gradient"), tuple(map(np.array, ENDS[name]))
    exact_slope = np.asarray(judge.expectation(Case("", "edge", args)).value)
    steep = np.isinf(exact_slope)
    for size in (1e-3, 1.0, 1e6, 1e12, np.inf):
        assert fits(judge, np.where(steep, np.copysign(size, exact_slope), exact_slope), *args)
    for wrong_one in (np.copysign(1.0, -exact_slope), np.nan):
        assert not fits(judge, np.where(steep, wrong_one, exact_slope), *args)


@pytest.mark.parametrize("name", ["dice", "jaccard", "tversky"])
def test_empty_masks_cost_nothing_or_one_and_nothing_between(name):
    nothing = np.zeros(4, dtype=int), np.zeros(4)
    assert [fits(oracle(name), value, *nothing) for value in (0.0, 1.0, 0.5, np.nan)] == [True, True, False, False]
    pinned = oracle(name, options={"empty": 1})
    assert [fits(pinned, value, *nothing) for value in (0.0, 1.0)] == [False, True]


KINKS = {
    "hinge": (([1], [1.0]), [-1.0, -0.5, 0.0], [-1.1, 0.1]),
    "perceptron": (([-1], [0.0]), [0.0, 0.5, 1.0], [-0.1, 1.1]),
    "quantile": (([2.0], [2.0]), [-0.5, 0.0, 0.5], [-0.6, 0.6]),
    "l1_penalty": (([0.0],), [-1.0, 0.3, 1.0], [-1.1, 1.1]),
    "relu": (([0.0],), [0.0, 0.5, 1.0], [-0.1, 1.1]),
    "root_mean_squared_error": (([1.0], [1.0]), [-1.0, 0.0, 1.0], [-1.1, 1.1]),
    "hinge_gan_discriminator": (([1.0], [3.0]), [-1.0, -0.5, 0.0], [-1.1, 0.1]),
}


@pytest.mark.parametrize("name", KINKS)
def test_the_whole_subdifferential_is_right_at_a_kink(name):
    args, inside, outside = KINKS[name]
    judge, arrays = oracle(name, gives="gradient"), tuple(map(np.array, args))
    assert [fits(judge, np.array([slope]), *arrays) for slope in inside] == [True] * len(inside)
    assert [fits(judge, np.array([slope]), *arrays) for slope in outside] == [False] * len(outside)


def test_ties_of_a_multiclass_hinge_leave_the_slope_of_each_class_free():
    judge = oracle("multiclass_hinge", gives="gradient")
    tied = np.array([0]), np.array([[0.0, 2.0, 2.0]])
    for share in (0.0, 0.5, 1.0):
        assert fits(judge, np.array([[-1.0, share, 1.0 - share]]), *tied)
    assert not fits(judge, np.array([[-1.0, 1.5, -0.5]]), *tied)


def test_an_eps_may_not_hide_in_what_has_neither_logarithm_nor_denominator():
    judge = oracle("mean_squared_error")
    assert not fits(judge, 1.0 + 2e-5, np.zeros(3), np.ones(3))
    case = Case("", "edge", (np.zeros(3), np.ones(3)))
    assert judge.widened(case, judge.expectation(case)).low is None
