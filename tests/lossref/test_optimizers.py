import numpy as np
import pytest

import lossref
from lossref import get

STEPS = ("gradient_descent", "momentum", "nesterov_momentum", "adagrad", "rmsprop", "adam", "adamw")


def arguments_of(spec, shape, rng):
    return [np.abs(rng.normal(size=shape)) for _ in spec.arrays]


def count_of(spec):
    return {"t": 3} if "t" in spec.parameter_names else {}


def test_momentum_gathers_gradients_as_torch_and_optax():
    # Two steps with gradient 1: v = 1, then 1.9; param goes down by lr·v each time.
    param, velocity = np.array([1.0]), np.array([0.0])
    for _ in range(2):
        param, velocity = lossref.momentum(param, [1.0], velocity, lr=0.1, momentum=0.9)
    assert velocity[0] == pytest.approx(1.9)
    assert param[0] == pytest.approx(1.0 - 0.1 - 0.19)


def test_nesterov_looks_along_the_velocity_it_leaves_behind():
    # Two steps with gradient 1: v = 1, then 1.9; the steps are lr·(1 + 0.9·v).
    param, velocity = np.array([1.0]), np.array([0.0])
    for _ in range(2):
        param, velocity = lossref.nesterov_momentum(param, [1.0], velocity, lr=0.1, momentum=0.9)
    assert velocity[0] == pytest.approx(1.9)
    assert param[0] == pytest.approx(1.0 - 0.1 * 1.9 - 0.1 * 2.71)


def test_nesterov_is_the_look_ahead_gradient_seen_from_the_point_ahead():
    # Sutskever 2013: v ← μv − lr·∇f(θ + μv), θ ← θ + v; the steps here are of θ + μv, for f = θ²/2.
    theta, speed = 3.0, 0.0
    param, velocity = np.array([3.0]), np.array([0.0])
    for _ in range(5):
        speed = 0.8 * speed - 0.1 * (theta + 0.8 * speed)
        theta += speed
        param, velocity = lossref.nesterov_momentum(param, param, velocity, lr=0.1, momentum=0.8)
        assert param[0] == pytest.approx(theta + 0.8 * speed, rel=1e-13)


def test_adagrad_divides_by_the_root_of_all_squares():
    param, state = np.array([0.0]), np.array([0.0])
    for gradient in (3.0, 4.0):
        param, state = lossref.adagrad(param, [gradient], state, lr=1.0, eps=0.0)
    assert state[0] == 25.0
    assert param[0] == pytest.approx(-1.0 - 4.0 / 5.0)


def test_rmsprop_divides_by_the_running_root():
    param, v = lossref.rmsprop([1.0], [2.0], [1.0], lr=0.1, rho=0.75, eps=0.0)
    assert v[0] == 1.75
    assert param[0] == pytest.approx(1.0 - 0.2 / np.sqrt(1.75))


@pytest.mark.parametrize("name", ["adagrad", "rmsprop"])
def test_eps_stands_beside_the_root_or_under_it(name):
    spec = get(name)
    outside, inside = (
        spec.value([0.0], [0.3], [0.0], lr=1.0, eps=0.01, eps_placement=p)[0] for p in ("outside", "inside")
    )
    square = 0.3**2 * (0.1 if name == "rmsprop" else 1.0)
    assert spec.conventions["eps_placement"][0] == "outside"
    assert outside[0] == pytest.approx(-0.3 / (np.sqrt(square) + 0.01))
    assert inside[0] == pytest.approx(-0.3 / np.sqrt(square + 0.01))


def test_adamw_decays_beside_the_moments():
    given = ([2.0], [0.5], [0.1], [0.2], 4)
    plain, decayed = lossref.adam(*given, lr=0.1), lossref.adamw(*given, lr=0.1, weight_decay=0.05)
    assert decayed[0][0] == pytest.approx(plain[0][0] - 0.1 * 0.05 * 2.0, rel=1e-14)
    np.testing.assert_array_equal(decayed[1:], plain[1:])
    np.testing.assert_array_equal(lossref.adamw(*given, weight_decay=0.0)[0], lossref.adam(*given)[0])


def test_momentum_zero_is_gradient_descent(rng):
    param, grad, velocity = rng.normal(size=(3, 4))
    stepped, gathered = lossref.momentum(param, grad, velocity, lr=0.3, momentum=0.0)
    np.testing.assert_array_equal(stepped, lossref.gradient_descent(param, grad, lr=0.3))
    np.testing.assert_array_equal(gathered, grad)


def test_the_first_step_of_adam_has_the_size_of_the_learning_rate():
    param, _, _ = lossref.adam([0.0, 0.0], [1e-3, -50.0], [0.0, 0.0], [0.0, 0.0], 1, lr=0.01)
    np.testing.assert_allclose(param, [-0.01, 0.01], rtol=1e-4)


def test_adam_follows_the_published_recursion():
    # Kingma and Ba 2015, algorithm 1, written out for three steps.
    param, m, v = np.array([1.0, -2.0]), np.zeros(2), np.zeros(2)
    theta, first, second = param.copy(), m.copy(), v.copy()
    for t in range(1, 4):
        grad = 2.0 * theta
        first, second = 0.9 * first + 0.1 * grad, 0.99 * second + 0.01 * grad**2
        theta -= 0.05 * (first / (1 - 0.9**t)) / (np.sqrt(second / (1 - 0.99**t)) + 1e-8)
        param, m, v = lossref.adam(param, 2.0 * param, m, v, t, lr=0.05, b1=0.9, b2=0.99)
        np.testing.assert_allclose(param, theta, rtol=1e-12)
        np.testing.assert_allclose([m, v], [first, second], rtol=1e-12)


@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam", "adamw"])
@pytest.mark.parametrize("size", [1e200, 1e-200])
def test_the_length_of_a_step_does_not_depend_on_the_size_of_a_first_gradient(name, size):
    states = {p.name: [0.0] for p in lossref.get(name).arrays if p.role == "state"}
    counted = {"t": 1} if "adam" in name else {}
    moved = [lossref.get(name).value([0.0], [grad], **states, **counted, lr=0.5, eps=0.0)[0][0] for grad in (1.0, size)]
    assert moved[1] == pytest.approx(moved[0], rel=1e-15)


def test_the_place_of_eps_shows_for_tiny_gradients():
    # keras adds eps before the correction: at t = 1 that is eps/√(1 − b2) after it.
    tiny = ([0.0], [1e-7], [0.0], [0.0], 1)
    after, before = (lossref.adam(*tiny, eps_correction=place)[0][0] for place in ("after", "before"))
    assert after == pytest.approx(-0.001 * 1e-7 / (1e-7 + 1e-8))
    assert before == pytest.approx(-0.001 * 1e-7 / (1e-7 + 1e-8 / np.sqrt(0.001)))


@pytest.mark.parametrize("name", STEPS)
def test_a_step_changes_no_input_and_keeps_shape_and_dtype(name, rng):
    spec = get(name)
    arguments = [argument.astype(np.float32) for argument in arguments_of(spec, (2, 3), rng)]
    before = [argument.copy() for argument in arguments]
    for argument in arguments:
        argument.setflags(write=False)
    result = spec.value(*arguments, **count_of(spec))
    parts = result if isinstance(result, tuple) else (result,)
    assert len(parts) == len(spec.arrays) - 1
    for part in parts:
        assert part.shape == (2, 3)
        assert part.dtype == np.float32
    for argument, old in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(argument, old)


@pytest.mark.parametrize("name", STEPS)
def test_a_learning_rate_of_zero_stays(name, rng):
    spec = get(name)
    arguments = arguments_of(spec, 4, rng)
    result = spec.value(*arguments, **count_of(spec), lr=0.0)
    np.testing.assert_array_equal(result[0] if isinstance(result, tuple) else result, arguments[0])


@pytest.mark.parametrize("name", STEPS)
def test_steps_refuse_other_shapes_and_gradients(name, rng):
    spec = get(name)
    arguments = arguments_of(spec, 4, rng)
    with pytest.raises(lossref.ShapeError):
        spec.value(arguments[0][:, None], *arguments[1:], **count_of(spec))
    with pytest.raises(lossref.OptionError, match="no gradient"):
        spec.gradient(*arguments, **count_of(spec))


@pytest.mark.parametrize("t", [0, -1, 1.5])
def test_adam_counts_steps_from_one(t):
    with pytest.raises(lossref.DomainError, match="whole numbers from 1"):
        lossref.adam([0.0], [1.0], [0.0], [0.0], t)


def test_adam_needs_its_count_and_a_square_that_is_not_negative():
    with pytest.raises(TypeError, match="missing: t"):
        get("adam").value([0.0], [1.0], [0.0], [0.0])
    with pytest.raises(lossref.DomainError, match="v: expected"):
        lossref.adam([0.0], [1.0], [0.0], [-1.0], 1)
