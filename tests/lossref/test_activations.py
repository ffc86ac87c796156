import numpy as np
import pytest

import lossref
from lossref import get

ELEMENTWISE = ("sigmoid", "tanh", "relu", "softplus", "log_sigmoid", "logit")
OVER_ROWS = ("softmax", "log_softmax", "logsumexp")


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_transforms_keep_shape_and_dtype(name, rng):
    x = rng.uniform(0.1, 0.9, size=(2, 3, 4)).astype(np.float32)
    spec = get(name)
    for result in (spec.value(x), spec.gradient(x), spec.hessian_diagonal(x)):
        assert result.shape == x.shape
        assert result.dtype == np.float32
    assert spec.value(0.5).shape == ()
    assert spec.value([1, 0]).dtype == np.float64


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_slopes_and_second_derivatives_agree_with_differences(name, rng):
    x, spec, step = rng.uniform(0.1, 0.9, size=50), get(name), 1e-6
    slopes = (spec.value(x + step) - spec.value(x - step)) / (2 * step)
    np.testing.assert_allclose(spec.gradient(x), slopes, rtol=1e-8)
    second = (spec.gradient(x + step) - spec.gradient(x - step)) / (2 * step)
    np.testing.assert_allclose(spec.hessian_diagonal(x), second, rtol=1e-7, atol=1e-9)


def test_elementwise_transforms_by_hand():
    np.testing.assert_array_equal(lossref.relu([-2.0, -0.0, 3.0]), [0.0, 0.0, 3.0])
    np.testing.assert_array_equal(lossref.tanh([-1e3, 0.0, 1e3]), [-1.0, 0.0, 1.0])
    assert lossref.tanh([0.5])[0] == pytest.approx(2.0 * lossref.sigmoid([1.0])[0] - 1.0, rel=1e-15)
    assert lossref.log_sigmoid([-1e3])[0] == -1e3
    assert lossref.log_sigmoid([0.0])[0] == -np.log(2.0)
    np.testing.assert_array_equal(lossref.logit([0.0, 0.5, 1.0]), [-np.inf, 0.0, np.inf])
    assert lossref.logit([0.8])[0] == pytest.approx(np.log(4.0), rel=1e-15)


def test_the_subdifferential_of_relu_at_0_holds_all_from_0_to_1():
    low, high = get("relu").subdifferential([-1.0, 0.0, -0.0, 1.0])
    np.testing.assert_array_equal(low, [0.0, 0.0, 0.0, 1.0])
    np.testing.assert_array_equal(high, [0.0, 1.0, 1.0, 1.0])
    np.testing.assert_array_equal(get("relu").gradient([0.0]), [0.0])


def test_the_logit_undoes_the_sigmoid_and_keeps_its_digits_near_a_half():
    x = np.array([-700.0, -30.0, -1.0, -1e-9, 1e-12, 0.7, 5.0])
    # Beyond x = 5 the sigmoid itself has no more digits of x.
    np.testing.assert_allclose(lossref.logit(lossref.sigmoid(x)), x, rtol=1e-14, atol=1.2e-16 * 4)
    assert lossref.logit([0.5 + 2.0**-40])[0] == pytest.approx(2.0**-38, rel=1e-15)
    for x in (1.5, -0.1):
        with pytest.raises(lossref.DomainError, match="probabilities"):
            lossref.logit([x])


def test_the_gradient_of_logsumexp_is_the_softmax_and_its_curvature_that_of_a_variance(rng):
    x = rng.normal(size=(3, 4))
    p = lossref.softmax(x)
    np.testing.assert_allclose(get("logsumexp").hessian_diagonal(x), p * (1.0 - p), rtol=1e-14)


def test_the_tails_keep_their_relative_accuracy():
    assert lossref.sigmoid([-700.0])[0] == pytest.approx(np.exp(-700.0), rel=1e-13)
    assert lossref.softplus([-700.0])[0] == pytest.approx(np.exp(-700.0), rel=1e-13)
    assert get("sigmoid").gradient([700.0])[0] == pytest.approx(np.exp(-700.0), rel=1e-13)
    assert get("tanh").gradient([300.0])[0] == pytest.approx(4.0 * np.exp(-600.0), rel=1e-13)
    assert get("log_sigmoid").value([700.0])[0] == pytest.approx(-np.exp(-700.0), rel=1e-13)
    # torch.nn.functional.softplus returns x itself above 20, off by 2e−9.
    assert lossref.softplus([21.0])[0] - 21.0 == pytest.approx(np.exp(-21.0), rel=1e-4)


@pytest.mark.parametrize("name", OVER_ROWS)
def test_a_vector_and_a_batch_of_one_agree(name, rng):
    x, spec = rng.normal(size=5), get(name)
    np.testing.assert_array_equal(spec.value(x), spec.value(x[None])[0])
    np.testing.assert_array_equal(spec.gradient(x), spec.gradient(x[None])[0])


@pytest.mark.parametrize("name", [*ELEMENTWISE, *OVER_ROWS])
def test_batch_false_asks_for_a_vector(name, rng):
    x, spec = rng.uniform(size=5), get(name)
    np.testing.assert_array_equal(spec.value(x, batch=False), spec.value(x))
    with pytest.raises(lossref.ShapeError, match="one example"):
        spec.value(x[None], batch=False)


@pytest.mark.parametrize("name", OVER_ROWS)
def test_any_axis_can_hold_the_classes(name, rng):
    x, spec = rng.normal(size=(2, 3, 4)), get(name)
    expected = spec.value(np.moveaxis(x, 1, -1))
    if name != "logsumexp":
        expected = np.moveaxis(expected, -1, 1)
    np.testing.assert_array_equal(spec.value(x, axis=1), expected)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
def test_jacobians_agree_with_finite_differences(name, rng):
    x, spec, step = rng.normal(size=(3, 4)), get(name), 1e-6
    jacobian = spec.gradient(x)
    assert jacobian.shape == (3, 4, 4)
    for j in range(4):
        move = step * np.eye(4)[j]
        difference = (spec.value(x + move) - spec.value(x - move)) / (2 * step)
        np.testing.assert_allclose(jacobian[:, :, j], difference, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(jacobian.sum(axis=2), 0.0, atol=1e-15)


def test_the_gradient_of_logsumexp_is_the_softmax(rng):
    x = rng.normal(size=(3, 4))
    np.testing.assert_array_equal(get("logsumexp").gradient(x), lossref.softmax(x))


def test_one_far_row_does_not_underflow_another():
    x = np.array([[1000.0, 1001.0], [-1000.0, -1001.0]])
    p = lossref.softmax(x)
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-15)
    np.testing.assert_allclose(p[0], p[1][::-1], rtol=1e-15)


def test_an_impossible_class_has_probability_zero():
    x = np.array([0.0, -np.inf, 0.0])
    np.testing.assert_array_equal(lossref.softmax(x), [0.5, 0.0, 0.5])
    assert lossref.log_softmax(x)[1] == -np.inf
    with pytest.raises(lossref.DomainError, match="not all −inf"):
        lossref.softmax([-np.inf, -np.inf])


@pytest.mark.parametrize("name", [*ELEMENTWISE, *OVER_ROWS])
def test_transforms_have_no_reduction_and_refuse_what_is_no_number(name):
    with pytest.raises(lossref.OptionError, match="reduction"):
        get(name).value([[0.0, 1.0]], reduction="sum")
    with pytest.raises(lossref.DomainError):
        get(name).value([[0.0, np.nan]])


@pytest.mark.parametrize("name", [*ELEMENTWISE, *OVER_ROWS])
def test_inputs_are_never_changed(name, rng):
    x = rng.uniform(size=(3, 4))
    before = x.copy()
    x.setflags(write=False)
    get(name).value(x)
    get(name).gradient(x)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("name", OVER_ROWS)
def test_a_number_is_no_row(name):
    with pytest.raises(lossref.ShapeError):
        get(name).value(1.0)
