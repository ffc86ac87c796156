"""Derivatives by the tape against central differences, and its stated conventions at kinks."""

import numpy as np
import pytest

from lossref.dialects import _tape as tape

SMOOTH = {
    "add": lambda a, b: a + b + 2.0,
    "subtract": lambda a, b: 3.0 - a - b,
    "multiply": lambda a, b: a * b * b,
    "divide": lambda a, b: a / (2.0 + b * b) + 1.0 / (3.0 + a * a),
    "power": lambda a, b: (a * a + 1.0) ** 1.5 + 2.0**b + (a * a + 0.5) ** b,
    "negate": lambda a, b: -a * -b,
    "exp": lambda a, b: tape.exp(a) * b,
    "log": lambda a, b: tape.log(a * a + 1.0) + tape.log1p(b * b),
    "expm1": lambda a, b: tape.expm1(a * b),
    "sqrt": lambda a, b: tape.sqrt(a * a + b * b + 1.0),
    "tanh": lambda a, b: tape.tanh(a - b),
    "sigmoid": lambda a, b: tape.sigmoid(a) * tape.log_sigmoid(b),
    "softplus": lambda a, b: tape.softplus(a * b),
    "absolute": lambda a, b: abs(a) + tape.absolute(b),
    "maximum": lambda a, b: tape.maximum(a, b) * tape.minimum(a, 0.1),
    "clip": lambda a, b: tape.clip(a, -0.5, 0.5) * b,
    "where": lambda a, b: tape.where(a > b, a * a, b * a),
    "xlogy": lambda a, b: tape.xlogy(a * a + 0.1, b * b + 0.1),
    "index": lambda a, b: a[[0, 0, 1], [1, 1, 2]] * b[1:, ::2][0, 0],
    "sum": lambda a, b: tape.sum(a * b, axis=0) * tape.sum(a, axis=(0, 1)),
    "mean": lambda a, b: tape.mean(a * a, axis=-1, keepdims=True) * b,
    "amax": lambda a, b: tape.amax(a, axis=1) * tape.amax(b),
    "logsumexp": lambda a, b: tape.logsumexp(a * 3.0, axis=0) * tape.logsumexp(b, axis=(0, 1), keepdims=True),
    "log_softmax": lambda a, b: tape.log_softmax(a, axis=1) * b,
    "softmax": lambda a, b: tape.softmax(a, axis=0) * b,
    "shapes": lambda a, b: tape.reshape(a, -1) * tape.reshape(tape.moveaxis(tape.transpose(b), 0, 1), -1),
    "concatenate": lambda a, b: tape.concatenate([a, b, a], axis=1) ** 2.0,
    "reused": lambda a, b: (a + a * b) * (a - b),
}


@pytest.mark.parametrize("wrt", ["a", "b"])
@pytest.mark.parametrize("function", [pytest.param(f, id=name) for name, f in SMOOTH.items()])
def test_gradient_is_that_of_central_differences(function, wrt, rng):
    arrays = {"a": rng.normal(size=(4, 3)), "b": rng.normal(size=(4, 3))}
    np.testing.assert_allclose(
        tape.gradient(function, arrays, wrt), differences(function, arrays, wrt), rtol=1e-6, atol=1e-7
    )


@pytest.mark.parametrize("wrt", ["a", "b"])
def test_gradient_of_a_matrix_product(wrt, rng):
    arrays = {"a": rng.normal(size=(2, 4, 3)), "b": rng.normal(size=(3, 5))}
    weights = rng.normal(size=(2, 4, 5))

    def function(a, b):
        return (a @ b) * weights

    np.testing.assert_allclose(tape.gradient(function, arrays, wrt), differences(function, arrays, wrt), rtol=1e-6)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (4, 1), (1, 3), (2, 4, 3)])
def test_what_was_broadcast_is_summed(shape, rng):
    arrays = {"a": rng.normal(size=shape), "b": rng.normal(size=(4, 3))}
    gradient = tape.gradient(lambda a, b: a * b + a, arrays, "a")
    assert gradient.shape == shape
    np.testing.assert_allclose(gradient, differences(lambda a, b: a * b + a, arrays, "a"), rtol=1e-6)


def differences(function, arrays, wrt, step=1e-6):
    def total(entry, change):
        moved = arrays[wrt].copy()
        moved[entry] += change
        return np.sum(function(**(arrays | {wrt: moved})))

    slopes = [(total(i, step) - total(i, -step)) / (2 * step) for i in np.ndindex(arrays[wrt].shape)]
    return np.reshape(slopes, arrays[wrt].shape)


def derivative(function, *points):
    with np.errstate(divide="ignore", invalid="ignore"):  # as where a dialect is called
        return tape.gradient(function, {"x": np.array(points)}, "x").tolist()


def test_conventions_at_kinks():
    assert derivative(tape.absolute, 0.0) == [0.0]
    assert derivative(lambda x: tape.maximum(x, 0.0), 0.0) == [0.5]
    assert derivative(lambda x: tape.maximum(x, 0.0, tie=(0.0, 1.0)), 0.0) == [0.0]
    assert derivative(lambda x: tape.minimum(1.0, x, tie=(0.25, 0.75)), 1.0) == [0.75]
    assert derivative(lambda x: tape.clip(x, 0.0, 1.0), -1.0, 0.0, 0.5, 1.0, 2.0) == [0.0, 1.0, 1.0, 1.0, 0.0]
    assert derivative(lambda x: tape.clip(x, 0.0, at_edge=0.5), 0.0, 9.0) == [0.5, 1.0]
    assert derivative(tape.amax, 2.0, 2.0, 1.0) == [0.5, 0.5, 0.0]
    assert derivative(lambda x: x**0.0, 0.0) == [0.0]


def test_gradients_at_infinity():
    # 0 times an infinite slope is NaN, as in the libraries: `where` hides the value alone.
    np.testing.assert_equal(derivative(lambda x: tape.where(x > 0.0, tape.log(x), 0.0), 0.0, 2.0), [np.nan, 0.5])
    assert derivative(lambda x: tape.xlogy(0.0, x), 2.0) == [0.0]
    assert derivative(tape.logsumexp, -np.inf, -np.inf) == [0.0, 0.0]


def test_stopped_gradient_is_zero_and_plain_arrays_stay_plain():
    assert derivative(lambda x: tape.stop_gradient(x) * 2.0, 1.0) == [0.0]
    assert derivative(lambda x: tape.stop_gradient(x) * x, 3.0) == [3.0]
    assert isinstance(tape.softmax(np.zeros(3)), np.ndarray)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept_by_value_and_gradient(dtype):
    x = np.array([[0.5, -1.0], [2.0, 3.0]], dtype)
    for function in (tape.softplus, tape.sigmoid, tape.log_softmax, tape.logsumexp, tape.mean, lambda x: 2.0 * x / 3.0):
        assert function(x).dtype == dtype
        assert tape.gradient(function, {"x": x}, "x").dtype == dtype
