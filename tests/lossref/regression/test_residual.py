import math

import mpmath
import numpy as np
import pytest
import sympy

import lossref
from lossref import get

Y = np.array([1.0, 2.0, -3.0, 0.5])
P = np.array([1.5, 0.0, -3.0, 4.5])  # residuals 0.5, −2, 0, 4


def test_values_by_hand():
    assert lossref.mean_squared_error(Y, P) == (0.25 + 4.0 + 0.0 + 16.0) / 4
    assert lossref.half_squared_error(Y, P, reduction="sum") == 10.125
    assert lossref.mean_absolute_error(Y, P) == 6.5 / 4
    np.testing.assert_array_equal(lossref.quantile(Y, P, q=0.75, reduction="none"), [0.125, 1.5, 0.0, 1.0])


def test_gradients_and_second_derivatives_by_hand():
    np.testing.assert_array_equal(get("mse").gradient(Y, P, reduction="sum"), [1.0, -4.0, 0.0, 8.0])
    np.testing.assert_array_equal(get("mse").gradient(Y, P, wrt="y_true", reduction="sum"), [-1.0, 4.0, 0.0, -8.0])
    np.testing.assert_array_equal(get("half_squared_error").gradient(Y, P, reduction="sum"), P - Y)
    np.testing.assert_array_equal(get("mae").gradient(Y, P, reduction="sum"), [1.0, -1.0, 0.0, 1.0])
    np.testing.assert_array_equal(get("mse").hessian_diagonal(Y, P, reduction="sum"), np.full(4, 2.0))
    np.testing.assert_array_equal(get("half_squared_error").hessian_diagonal(Y, P), np.full(4, 0.25))
    np.testing.assert_array_equal(get("mae").hessian_diagonal(Y, P), np.zeros(4))


def test_the_subdifferential_of_the_quantile_loss_at_a_tie_reaches_from_minus_q_to_1_minus_q():
    low, high = get("quantile").subdifferential(Y, P, q=0.75, reduction="none")
    np.testing.assert_array_equal(low, [0.25, -0.75, -0.75, 0.25])
    np.testing.assert_array_equal(high, [0.25, -0.75, 0.25, 0.25])
    low, high = get("quantile").subdifferential(Y, P, q=0.75, wrt="y_true", reduction="none")
    np.testing.assert_array_equal(low, [-0.25, 0.75, -0.25, -0.25])
    np.testing.assert_array_equal(high, [-0.25, 0.75, 0.75, -0.25])


def test_ties_in_one_block_leave_the_others_alone():
    y = np.zeros(50_000)
    p = np.ones(50_000)
    p[40_000] = 0.0
    low, high = get("mae").subdifferential(y, p, reduction="none")
    assert (low[p == 1.0] == 1.0).all()
    assert (high == 1.0).all()
    assert low[40_000] == -1.0


def test_swapping_target_and_prediction_of_the_quantile_loss_swaps_q():
    assert lossref.quantile(Y, P, q=0.75) == pytest.approx(lossref.quantile(P, Y, q=0.25), rel=1e-15)
    assert lossref.quantile(Y, P, q=0.75) != pytest.approx(lossref.quantile(P, Y, q=0.75), rel=1e-3)


def test_the_constant_that_minimizes_is_the_one_that_is_named():
    y = np.random.default_rng(5).exponential(size=501)
    constants = np.linspace(0.0, 4.0, 4001)

    def best(name, **options):
        return constants[np.argmin([get(name).value(y, np.full(501, c), **options) for c in constants])]

    assert best("mse") == pytest.approx(y.mean(), abs=1e-3)
    assert best("mae") == pytest.approx(np.median(y), abs=1e-3)
    assert best("quantile", q=0.9) == pytest.approx(np.quantile(y, 0.9), abs=1e-2)


def test_squares_overflow_in_float32_only_where_the_result_does():
    large = np.array([1.8e19], dtype=np.float32)
    assert np.isfinite(lossref.mean_squared_error(np.zeros_like(large), large))
    assert lossref.mean_squared_error(np.zeros_like(large), 2 * large) == np.inf
    assert lossref.mean_squared_error([0.0], [2 * 1.8e19]) == pytest.approx(1.296e39)


def test_the_smallest_integer_has_a_magnitude():
    y = np.array([np.iinfo(np.int64).min])
    assert lossref.mean_absolute_error(y, np.zeros(1, dtype=np.int64)) == 2.0**63
    assert lossref.mean_absolute_error(np.array([3], dtype=np.uint8), np.array([255], dtype=np.uint8)) == 252.0


class TestRootMeanSquaredError:
    def test_value_is_the_root_of_the_mean_of_the_squares(self):
        assert lossref.root_mean_squared_error(Y, P) == math.sqrt(lossref.mean_squared_error(Y, P))
        assert lossref.root_mean_squared_error(Y.reshape(2, 2), P.reshape(2, 2)) == math.sqrt(20.25 / 4)

    def test_gradient_is_the_residual_over_n_times_the_root(self):
        root = math.sqrt(20.25 / 4)
        for wrt, sign in (("y_pred", 1.0), ("y_true", -1.0)):
            gradient = get("rmse").gradient(Y, P, wrt=wrt)
            np.testing.assert_allclose(gradient, sign * (P - Y) / (4 * root), rtol=1e-15)
        value, gradient = get("rmse").value_and_gradient(Y, P)
        assert value == root
        np.testing.assert_array_equal(gradient, get("rmse").gradient(Y, P))

    def test_value_and_gradient_agree_with_the_symbolic_ones(self):
        y, p = sympy.symbols("y:4", real=True), sympy.symbols("p:4", real=True)
        root = sympy.sqrt(sum((b - a) ** 2 for a, b in zip(y, p, strict=True)) / 4)
        point = dict(zip((*y, *p), map(sympy.Rational, (*Y, *P)), strict=True))
        assert lossref.root_mean_squared_error(Y, P) == float(root.subs(point))
        for wrt, symbols in (("y_true", y), ("y_pred", p)):
            exact = [float(root.diff(symbol).subs(point)) for symbol in symbols]
            np.testing.assert_allclose(get("rmse").gradient(Y, P, wrt=wrt), exact, rtol=4e-16)

    def test_at_a_perfect_fit_the_subgradients_are_a_ball_and_zero_is_given(self):
        low, high = get("rmse").subdifferential(Y, Y)
        np.testing.assert_array_equal(low, np.full(4, -0.5))
        np.testing.assert_array_equal(high, np.full(4, 0.5))
        np.testing.assert_array_equal(get("rmse").gradient(Y, Y), np.zeros(4))

    @pytest.mark.parametrize("size", [1e-300, 1e-170, 1e170, 1e300])
    def test_no_square_overflows_or_vanishes(self, size):
        e = size * np.array([3.0, -4.0])
        with mpmath.workdps(50):
            exact = mpmath.sqrt(sum(mpmath.mpf(float(x)) ** 2 for x in e) / 2)
            assert abs(lossref.root_mean_squared_error(np.zeros(2), e) / float(exact) - 1) < 4e-16
        np.testing.assert_allclose(get("rmse").gradient(np.zeros(2), e), e / size / 2 / math.sqrt(12.5), rtol=1e-15)

    def test_a_million_float32_residuals_are_summed_in_float64(self):
        e = np.random.default_rng(1).normal(size=1_000_000).astype(np.float32)
        given = lossref.root_mean_squared_error(np.zeros_like(e), e)
        assert given.dtype == np.float32
        assert float(given) == pytest.approx(np.sqrt(np.mean(e.astype(np.float64) ** 2)), rel=1e-7)
        assert get("rmse").gradient(np.zeros_like(e), e).dtype == np.float32

    def test_nothing_has_no_root(self):
        with pytest.raises(lossref.EmptyError, match="over nothing"):
            lossref.root_mean_squared_error([], [])

    def test_shapes_that_do_not_go_together_are_refused(self):
        with pytest.raises(lossref.ShapeError, match="to go with"):
            lossref.root_mean_squared_error(Y, P[:, None])
