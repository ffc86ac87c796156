"""Expected costs."""

import numpy as np
import pytest

import lossref
from lossref import get

COST = np.array([[0.0, 1.0, 5.0], [2.0, 0.0, 1.0], [4.0, 3.0, 0.0]])


def test_expected_costs_are_linear_in_the_probabilities():
    p = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    spec = get("expected_cost")
    np.testing.assert_allclose(spec.value([0, 2], p, COST, reduction="none"), [0.3 + 1.0, 0.4 + 0.3], rtol=1e-15)
    np.testing.assert_array_equal(spec.gradient([0, 2], p, COST), COST[[0, 2]] / 2.0)
    by_cost = spec.gradient([0, 0], p, COST, wrt="cost", reduction="sum")
    np.testing.assert_allclose(by_cost, [p.sum(axis=0), np.zeros(3), np.zeros(3)], rtol=1e-15)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 3], np.full((2, 3), 1 / 3), COST), "class indices from 0 to 2"),
        (([0], np.full((2, 3), 1 / 3), COST), r"y_true: expected shape \(2,\)"),
        (([0, 1], np.full((2, 3), 1 / 3), COST[:2]), r"cost: expected shape \(3, 3\)"),
        (([0, 1], np.full((2, 3), 0.3), COST), "each row sums to 1"),
        (([0, 1], np.full(3, 1 / 3), COST), r"expected shape \(N, C\)"),
    ],
)
def test_costs_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises((lossref.DomainError, lossref.ShapeError), match=message):
        lossref.cost_sensitive_cross_entropy(*arguments)


def test_the_first_row_that_does_not_sum_to_one_is_named():
    p = np.array([[0.2, 0.3, 0.5], [0.2, 0.3, 0.4], [0.2, 0.3, 0.1]])
    with pytest.raises(lossref.DomainError) as caught:
        lossref.cost_sensitive_cross_entropy([0, 1, 2], p, COST)
    assert caught.value.index == (1,)
    assert caught.value.value == pytest.approx(0.9)


def test_drawn_costs_are_plausible_and_nothing_for_the_right_class(rng):
    spec = get("expected_cost")
    _, _, cost = spec.sample(rng, 3, 30)
    low, high = spec.parameters[2].plausible
    np.testing.assert_array_equal(np.diag(cost), 0.0)
    assert low <= cost.min()
    assert cost[~np.eye(30, dtype=bool)].min() < 1.0
    assert 4.0 < cost.max() <= high
