import numpy as np
import pytest

import lossref
from lossref import get

ELEMENTWISE = ("sigmoid", "softplus")
OVER_ROWS = ("softmax", "log_softmax", "logsumexp")


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_transforms_keep_shape_and_dtype(name, rng):
    x = rng.normal(size=(2, 3, 4)).astype(np.float32)
    spec = get(name)
    for result in (spec.value(x), spec.gradient(x)):
        assert result.shape == x.shape
        assert result.dtype == np.float32
    assert spec.value(0.5).shape == ()
    assert spec.value([1, 2]).dtype == np.float64


def test_the_tails_keep_their_relative_accuracy():
    assert lossref.sigmoid([-700.0])[0] == pytest.approx(np.exp(-700.0), rel=1e-13)
    assert lossref.softplus([-700.0])[0] == pytest.approx(np.exp(-700.0), rel=1e-13)
    assert get("sigmoid").gradient([700.0])[0] == pytest.approx(np.exp(-700.0), rel=1e-13)
    # torch.nn.functional.softplus returns x itself above 20, off by 2e−9.
    assert lossref.softplus([21.0])[0] - 21.0 == pytest.approx(np.exp(-21.0), rel=1e-4)


@pytest.mark.parametrize("name", OVER_ROWS)
def test_a_vector_and_a_batch_of_one_agree(name, rng):
    x, spec = rng.normal(size=5), get(name)
    np.testing.assert_array_equal(spec.value(x), spec.value(x[None])[0])
    np.testing.assert_array_equal(spec.gradient(x), spec.gradient(x[None])[0])


@pytest.mark.parametrize("name", [*ELEMENTWISE, *OVER_ROWS])
def test_batch_false_asks_for_a_vector(name, rng):
    x, spec = rng.normal(size=5), get(name)
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
    x = rng.normal(size=(3, 4))
    before = x.copy()
    x.setflags(write=False)
    get(name).value(x)
    get(name).gradient(x)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("name", OVER_ROWS)
def test_a_number_is_no_row(name):
    with pytest.raises(lossref.ShapeError):
        get(name).value(1.0)
