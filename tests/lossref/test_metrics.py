import math

import numpy as np
import pytest

import lossref
from lossref import get

# Three classes: class 0 is hit twice of two, predicted three times; class 1 once of three; class 2 never predicted.
Y = [0, 0, 1, 1, 1, 2]
P = [0, 0, 1, 0, 0, 1]
RATES = ("precision", "recall", "f1")


def test_accuracy_counts_equal_labels_of_any_kind():
    assert lossref.accuracy(Y, P) == 0.5
    assert lossref.accuracy([[1, 0], [0, 0]], [[1, 1], [0, 0]]) == 0.75


@pytest.mark.parametrize(
    ("average", "expected"),
    [
        # By hand, as scikit-learn averages: per class 2/4, 1/2, 0 · 2/2, 1/3, 0 · 4/6, 2/5, 0.
        ("macro", (1 / 3, 4 / 9, (2 / 3 + 2 / 5) / 3)),
        ("micro", (0.5, 0.5, 0.5)),
        ("weighted", ((1 + 1.5) / 6, 0.5, (4 / 3 + 6 / 5) / 6)),
    ],
)
def test_averages_over_classes(average, expected):
    for name, value in zip(RATES, expected, strict=True):
        assert get(name).value(Y, P, average=average) == pytest.approx(value, rel=1e-14)


def test_the_binary_average_is_of_class_one():
    y, p = [1, 1, 1, 0, 0], [1, 0, 0, 1, 0]
    assert lossref.precision(y, p) == 0.5
    assert lossref.recall(y, p) == pytest.approx(1 / 3)
    assert lossref.f1(y, p) == pytest.approx(0.4)
    with pytest.raises(lossref.DomainError, match="labels 0 and 1 for average binary"):
        lossref.f1(Y, P)


def test_macro_f1_is_the_mean_of_f1_and_not_the_f1_of_means():
    precision, recall = (get(name).value(Y, P, average="macro") for name in ("precision", "recall"))
    of_means = 2 * precision * recall / (precision + recall)
    assert lossref.f1(Y, P, average="macro") != pytest.approx(of_means, rel=1e-3)


@pytest.mark.parametrize("name", RATES)
def test_nothing_over_nothing_is_what_zero_division_says(name):
    spec = get(name)
    assert spec.value([0, 0], [0, 0]) == 0.0
    assert spec.value([0, 0], [0, 0], zero_division=1) == 1.0
    assert math.isnan(spec.value([0, 0], [0, 0], zero_division="nan"))


def test_nan_leaves_a_class_out_of_the_average():
    # Class 2 is never predicted: the mean is over classes 0 and 1.
    assert lossref.precision(Y, P, average="macro", zero_division="nan") == pytest.approx(0.5)
    assert lossref.precision(Y, P, average="macro", zero_division=1) == pytest.approx(2 / 3)


@pytest.mark.parametrize("name", ["accuracy", *RATES])
def test_probabilities_column_vectors_and_nothing_are_refused(name):
    spec = get(name)
    with pytest.raises(lossref.DomainError, match="labels, not scores"):
        spec.value([0, 1], [0.2, 0.9])
    with pytest.raises(lossref.ShapeError, match="reshape"):
        spec.value([[0], [1]], [0, 1])
    with pytest.raises(lossref.EmptyError):
        spec.value([], [])
    with pytest.raises(lossref.OptionError, match="no gradient"):
        spec.gradient([0, 1], [0, 1])


@pytest.mark.parametrize("name", ["accuracy", *RATES])
def test_the_order_of_examples_does_not_matter(name):
    rng = np.random.default_rng(0)
    y, p, order = rng.integers(0, 2, 30), rng.integers(0, 2, 30), rng.permutation(30)
    assert get(name).value(y, p) == pytest.approx(get(name).value(y[order], p[order]), rel=1e-15)
