"""Each check of a word or a number must fail where the word or the number is wrong."""

import dataclasses
import math

import pytest

from lossref import get, names
from lossref._claims import is_convex_in, wrong_claims
from lossref.certify import certifiable
from lossref.properties import PROPERTIES, holds, wrong_words


def claiming(name, **changes):
    return wrong_claims(dataclasses.replace(get(name), **changes))


@pytest.mark.parametrize(
    ("word", "of", "not_of"),
    [
        ("non_negative", "huber", "gaussian_nll"),
        ("zero_at_perfect_fit", "brier", "poisson_nll"),
        ("symmetric_in_arguments", "log_cosh", "quantile"),
        ("convex_in_prediction", "hinge", "zero_one"),
        ("permutation_invariant", "mse", "ctc"),
        ("translation_invariant", "mae", "mape"),
        ("logit_shift_invariant", "cce_with_logits", "bce_with_logits"),
        ("scale_invariant", "cosine_distance", "mae"),
        ("proper", "binary_cross_entropy", "binary_focal"),
        ("proper", "multiclass_brier", "generalized_cross_entropy"),
        ("proper", "sparse_categorical_cross_entropy", "categorical_focal"),
        ("margin_based", "perceptron", "hinge_embedding"),
        ("classification_calibrated", "hinge", "perceptron"),
        ("homogeneous_degree_1", "mae", "mse"),
        ("homogeneous_degree_2", "mse", "mae"),
    ],
)
def test_a_word_holds_of_one_loss_and_not_of_another(word, of, not_of):
    assert holds(get(of), word)
    assert not holds(get(not_of), word)


# A certificate says the same of all entries that have one.
@pytest.mark.parametrize("name", [name for name in names() if not certifiable(get(name))])
def test_what_the_catalogue_states_holds(name):
    assert wrong_claims(get(name), seed=5) == []
    assert wrong_words(get(name), seed=5) == []


def test_every_word_is_claimed_of_some_loss_and_has_a_meaning():
    claimed = set().union(*(get(name).properties for name in names()))
    assert claimed == set(PROPERTIES)
    assert all(entry.meaning for entry in PROPERTIES.values())


def test_a_word_too_many_and_a_word_too_few_are_told():
    huber = get("huber")
    wrong = dataclasses.replace(huber, properties=huber.properties - {"non_negative"} | {"proper"})
    assert wrong_words(wrong) == ["property proper does not hold", "property non_negative holds but is not claimed"]


@pytest.mark.parametrize("bounds", [(0.0, 0.5), (0.1, math.inf)])
def test_bounds_that_a_term_leaves_are_told(bounds):
    (sentence,) = claiming("multiclass_brier", bounds=bounds)
    assert sentence.startswith("a term is ")
    assert sentence.endswith(f"out of the bounds [{bounds[0]:g}, {bounds[1]:g}]")


def test_bounds_must_be_stated():
    assert claiming("huber", bounds=None) == ["its bounds are not stated"]


@pytest.mark.parametrize("constant", [0.9, 1.5])
def test_a_lipschitz_constant_that_is_too_small_or_too_large_is_told(constant):
    (sentence,) = claiming("logistic", lipschitz=constant)
    assert sentence.startswith(f"its Lipschitz constant is stated as {constant:g}; the steepest slope found is ")


def test_convexity_is_checked_argument_by_argument():
    assert is_convex_in(get("uncertainty_weighting"), "log_variances")
    assert claiming("gaussian_nll", convex_in=("y_true", "mean", "variance")) == ["it is not convex in variance"]
    assert claiming("huber", convex_in=("y_pred",)) == ["it is convex in y_true, which is not claimed"]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("mse", "conditional median of y"),
        ("mae", "conditional mean of y"),
        ("logistic", "half the log-odds of the label +1"),
        ("exponential", "log-odds of the label +1"),
        ("poisson_nll", "conditional mean of y"),
    ],
)
def test_a_wrong_minimizer_is_told(name, wrong):
    (sentence,) = claiming(name, minimizer=wrong)
    assert sentence.startswith(f"at its minimizer, the {wrong}, the loss is ")
