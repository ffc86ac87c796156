"""What bounds a logarithm: the same for every loss that has an `eps_policy`."""

import numpy as np
import pytest

import lossref
from tests.lossref.drawing import batch_of, differences, middle_of, place_of

BOUNDED = [
    (lossref.get(name), policy)
    for name in lossref.names()
    for policy in lossref.get(name).conventions.get("eps_policy", ("exact",))
    if policy != "exact"
]
EPS = 0.0625  # so that some drawn probabilities lie beyond it, and 1 − eps is exact
policies = pytest.mark.parametrize(("loss", "policy"), BOUNDED, ids=lambda value: getattr(value, "name", value))


def batch_around_eps(loss, rng):
    """Drawn arguments with a probability below eps, one above 1 − eps, and none near enough to a corner to matter."""
    arguments = batch_of(loss, rng)
    for parameter, argument in zip(loss.arrays, arguments, strict=True):
        if parameter.domain == "simplex":
            argument[:3] = [[0.02, 0.3, 0.6, 0.08], [0.01, 0.97, 0.01, 0.01], [0.2, 0.02, 0.03, 0.75]]
        elif parameter.domain == "probability":
            argument[:4] = [0.02, 0.98, 0.01, 0.97] if argument.ndim == 1 else [[0.02], [0.98], [0.01], [0.97]]
    return arguments


@policies
def test_gradients_are_those_of_the_bounded_loss(loss, policy, rng):
    arguments, hypers = batch_around_eps(loss, rng), [middle_of(p) for p in loss.hypers]
    options = {"eps_policy": policy, "eps": EPS, "check_domain": False}
    for wrt in loss.slopes:
        gradient = loss.gradient(*arguments, *hypers, wrt=wrt, **options)
        measured = differences(lambda *moved: loss.value(*moved, *hypers, **options), loss, arguments, wrt)
        np.testing.assert_allclose(gradient, measured, rtol=1e-5, atol=1e-7, err_msg=wrt)


@policies
def test_curvatures_are_those_of_the_bounded_loss(loss, policy, rng):
    arguments, hypers = batch_around_eps(loss, rng), [middle_of(p) for p in loss.hypers]
    options = {"eps_policy": policy, "eps": EPS, "check_domain": False, "reduction": "sum"}
    for wrt in loss.curvatures:
        place = place_of(loss, wrt)
        for index in np.ndindex(arguments[place].shape):
            slopes = []
            for step in (1e-6, -1e-6):
                moved = [np.array(a, dtype=float) if i == place else a for i, a in enumerate(arguments)]
                moved[place][index] += step
                slopes.append(loss.gradient(*moved, *hypers, wrt=wrt, **options)[index])
            curvature = loss.hessian_diagonal(*arguments, *hypers, wrt=wrt, **options)[index]
            assert curvature == pytest.approx((slopes[0] - slopes[1]) / 2e-6, rel=2e-5, abs=1e-5)


@policies
def test_a_bound_that_nothing_reaches_changes_nothing(loss, policy, rng):
    arguments = batch_of(loss, rng)
    for given, parameter in zip(arguments, loss.arrays, strict=True):
        if parameter.domain == "simplex":
            given[:] = rng.dirichlet(np.full(given.shape[1], 9.0), size=len(given))
    options = {"eps_policy": policy, "eps": 1e-9}
    assert loss.value(*arguments, **options) == pytest.approx(loss.value(*arguments), rel=1e-7)
    for wrt in loss.slopes:
        bounded = loss.subdifferential(*arguments, wrt=wrt, **options)
        exact = loss.gradient(*arguments, wrt=wrt)
        # A label of exactly 0 is bounded too, where labels are distributions.
        free = np.isfinite(exact)
        for end in bounded:
            np.testing.assert_allclose(end[free], exact[free], rtol=1e-6, atol=1e-8)


@policies
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_bounded_is_finite_and_keeps_its_dtype(loss, policy, dtype, rng):
    arguments = batch_of(loss, rng)
    for place, parameter in enumerate(loss.arrays):
        if parameter.domain == "simplex":
            arguments[place] = np.eye(4)[rng.integers(4, size=len(arguments[place]))].astype(dtype)
        elif parameter.domain == "probability":
            arguments[place] = rng.integers(2, size=arguments[place].shape).astype(dtype)
        elif arguments[place].dtype.kind == "f":
            arguments[place] = arguments[place].astype(dtype)
    value = loss.value(*arguments, eps_policy=policy, eps=1e-6)
    assert np.isfinite(value)
    assert value.dtype == dtype
    for wrt in loss.slopes:
        gradient = loss.gradient(*arguments, wrt=wrt, eps_policy=policy, eps=1e-6)
        assert np.isfinite(gradient).all()
        assert gradient.dtype == dtype


@policies
def test_at_the_corner_the_slope_reaches_from_one_side_to_the_other(loss, policy, rng):
    if not loss.slopes:
        return
    wrt = loss.argument(None).name
    arguments, place, hypers = batch_of(loss, rng), place_of(loss, wrt), [middle_of(p) for p in loss.hypers]
    arguments[place][...] = rng.choice([EPS, 1.0 - EPS], size=arguments[place].shape)
    options = {"eps_policy": policy, "eps": EPS, "check_domain": False, "reduction": "sum"}
    sides = []
    for step in (-1e-9, 1e-9):
        moved = [a + step if i == place else a for i, a in enumerate(arguments)]
        sides.append(loss.gradient(*moved, *hypers, wrt=wrt, **options))
    low, high = loss.subdifferential(*arguments, *hypers, wrt=wrt, **options)
    np.testing.assert_allclose(low, np.minimum(*sides), rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(high, np.maximum(*sides), rtol=1e-6, atol=1e-7)
    assert (low < high).any()
