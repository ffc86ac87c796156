"""Gradients, subdifferentials and curvatures of every loss."""

import numpy as np
import pytest

import lossref
from lossref import symbolic
from tests.lossref.drawing import batch_of, differences, middle_of


def test_gradients_of_all_arguments_agree_with_finite_differences(spec, rng):
    arguments = batch_of(spec, rng)
    for wrt in spec.slopes:
        gradient = spec.gradient(*arguments, wrt=wrt)
        measured = differences(lambda *moved: spec.value(*moved, check_domain=False), spec, arguments, wrt)
        np.testing.assert_allclose(gradient, measured, rtol=1e-5, atol=1e-7)


def test_curvatures_agree_with_finite_differences_of_the_gradient(spec, rng):
    arguments = batch_of(spec, rng)
    size = 1e-6
    for wrt in spec.curvatures:
        curvature = spec.hessian_diagonal(*arguments, wrt=wrt)
        assert curvature.shape == spec.gradient(*arguments, wrt=wrt).shape
        measured = np.empty_like(curvature)
        place = [p.name for p in spec.arrays].index(wrt)
        for index in np.ndindex(curvature.shape):
            sides = []
            for sign in (1, -1):
                moved = [np.array(a, dtype=float) if i == place else a for i, a in enumerate(arguments)]
                moved[place][index] += sign * size
                sides.append(spec.gradient(*moved, wrt=wrt, check_domain=False)[index])
            measured[index] = (sides[0] - sides[1]) / (2 * size)
        np.testing.assert_allclose(curvature, measured, rtol=2e-5, atol=1e-6)


def test_gradients_of_all_arguments_agree_with_the_symbolic_derivative(spec, rng):
    if not spec.has_symbolic_form:
        return
    rows = classes = 2  # certificates speak of three
    arguments = batch_of(spec, rng, rows, classes)
    hypers = [middle_of(p) for p in spec.hypers]
    term = symbolic.form(spec.name, classes)
    for wrt in spec.slopes:
        gradient = spec.gradient(*arguments, *hypers, wrt=wrt, reduction="none")
        for row in range(rows):
            exact = symbolic.evaluate(term, [*(a[row] for a in arguments), *hypers], wrt)
            np.testing.assert_allclose(gradient[row], np.array(exact, dtype=float), rtol=1e-11, atol=1e-14)


def test_value_and_gradient_are_the_value_and_the_gradient(spec, rng):
    arguments = batch_of(spec, rng)
    for wrt in spec.slopes:
        for reduction in ("mean", "sum", "none"):
            value, gradient = spec.value_and_gradient(*arguments, wrt=wrt, reduction=reduction)
            np.testing.assert_allclose(value, spec.value(*arguments, reduction=reduction), rtol=1e-13)
            exact = spec.gradient(*arguments, wrt=wrt, reduction=reduction)
            np.testing.assert_allclose(gradient, exact, rtol=1e-13, atol=1e-300)


def test_the_gradient_lies_in_the_subdifferential(spec, rng):
    arguments = batch_of(spec, rng)
    for wrt in spec.slopes:
        low, high = spec.subdifferential(*arguments, wrt=wrt)
        assert (low <= high).all()
        gradient = spec.gradient(*arguments, wrt=wrt)
        assert ((low <= gradient) & (gradient <= high)).all()


def test_at_a_kink_the_interval_is_proper_and_the_smallest_subgradient_is_given(spec):
    for kink in spec.kinks:
        arguments = [np.array([argument]) for argument in kink]
        low, high = spec.subdifferential(*arguments)
        assert (low < high).any()
        gradient = spec.gradient(*arguments)
        for index in np.ndindex(gradient.shape):
            assert gradient[index] == min((low[index], 0.0, high[index]), key=abs)


def test_an_argument_without_a_derivative_is_refused_by_name(spec, rng):
    arguments = batch_of(spec, rng)
    with pytest.raises(lossref.OptionError, match="has no gradient with respect to 'nothing'"):
        spec.gradient(*arguments, wrt="nothing")
    for wrt in spec.slopes.keys() - spec.curvatures.keys():
        with pytest.raises(lossref.OptionError, match="no second derivative"):
            spec.hessian_diagonal(*arguments, wrt=wrt)
