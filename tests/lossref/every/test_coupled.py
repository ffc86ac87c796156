"""What holds of every loss whose terms share arguments."""

import numpy as np
import pytest

import lossref
from tests.lossref.drawing import batch_of, differences, middle_of


def hypers_of(spec):
    """Plausible hyper-parameters that are not the defaults; whole numbers where only those are taken."""
    return [p.default if p.domain == "index" else middle_of(p) for p in spec.hypers]


def test_gradients_of_all_arguments_agree_with_finite_differences(coupled, rng):
    arguments, hypers = batch_of(coupled, rng), hypers_of(coupled)
    for wrt in coupled.slopes:
        gradient = coupled.gradient(*arguments, *hypers, wrt=wrt)
        measured = differences(
            lambda *moved: coupled.value(*moved, *hypers, check_domain=False), coupled, arguments, wrt
        )
        np.testing.assert_allclose(gradient, measured, rtol=1e-5, atol=1e-7)


def test_every_option_has_its_own_gradient(coupled, rng):
    arguments, hypers = batch_of(coupled, rng), hypers_of(coupled)
    for option, values in coupled.options.items():
        for value in values:
            given = {option: value}
            if option == "axis" and value not in {None, 0, -1}:
                continue  # an axis that vectors do not have
            for wrt in coupled.slopes:
                measured = differences(
                    lambda *moved, given=given: coupled.value(*moved, *hypers, check_domain=False, **given),
                    coupled,
                    arguments,
                    wrt,
                )
                gradient = coupled.gradient(*arguments, *hypers, wrt=wrt, **given)
                np.testing.assert_allclose(gradient, measured, rtol=1e-5, atol=1e-7, err_msg=str(given))


def test_reductions_and_weights_reach_value_and_gradient(coupled_terms, rng):
    arguments = batch_of(coupled_terms, rng)
    terms = coupled_terms.value(*arguments, reduction="none")
    weights = rng.uniform(0.5, 2.0, size=np.shape(terms))
    total, mass = (weights * terms).sum(), weights.sum()
    expected = {"sum": total, "mean": total / terms.size, "mean_by_weight": total / mass}
    wrt = next(iter(coupled_terms.slopes))
    of_sum = coupled_terms.gradient(*arguments, wrt=wrt, weights=weights, reduction="sum")
    for reduction, value in expected.items():
        given, gradient = coupled_terms.value_and_gradient(*arguments, wrt=wrt, weights=weights, reduction=reduction)
        assert given == pytest.approx(value, rel=1e-12)
        assert given == coupled_terms.value(*arguments, weights=weights, reduction=reduction)
        np.testing.assert_allclose(gradient, of_sum * (value / total), rtol=1e-12)


def test_a_term_of_no_weight_has_no_part_in_the_gradient(coupled_terms, rng):
    arguments = batch_of(coupled_terms, rng)
    terms = coupled_terms.value(*arguments, reduction="none")
    for wrt in coupled_terms.slopes:
        gradient = coupled_terms.gradient(*arguments, wrt=wrt, weights=np.zeros(np.shape(terms)), reduction="sum")
        np.testing.assert_array_equal(gradient, 0.0)


def test_float32_stays_float32_and_is_close(coupled, rng):
    wide = batch_of(coupled, rng)
    narrow = [a.astype(np.float32) if a.dtype.kind == "f" else a for a in wide]
    value = coupled.value(*narrow, check_domain=False)
    assert value.dtype == np.float32
    assert value == pytest.approx(coupled.value(*wide), rel=2e-4)
    for wrt in coupled.slopes:
        gradient = coupled.gradient(*narrow, wrt=wrt, check_domain=False)
        assert gradient.dtype == np.float32
        exact = coupled.gradient(*wide, wrt=wrt)
        np.testing.assert_allclose(gradient, exact, rtol=1e-3, atol=1e-4 * np.abs(exact).max())


def test_results_are_new_arrays_of_the_arguments_shapes(coupled, rng):
    arguments = batch_of(coupled, rng)
    for name, argument in zip((p.name for p in coupled.arrays), arguments, strict=True):
        if name in coupled.slopes:
            gradient = coupled.gradient(*arguments, wrt=name)
            assert gradient.shape == argument.shape
            assert not any(np.shares_memory(gradient, other) for other in arguments)


def test_what_is_no_number_is_refused_by_name(coupled, rng):
    for position, parameter in enumerate(coupled.arrays):
        arguments = batch_of(coupled, rng)
        if parameter.domain == "class_index":
            continue
        arguments[position] = arguments[position].astype(np.float64)
        arguments[position].flat[3] = np.nan
        with pytest.raises(lossref.DomainError) as caught:
            coupled.value(*arguments)
        assert caught.value.argument == parameter.name


def test_shapes_that_do_not_go_together_are_refused(coupled, rng):
    arguments = batch_of(coupled, rng)
    with pytest.raises(lossref.ShapeError, match="expected"):
        coupled.value(arguments[0][:-1, ...], *[a[..., :-2] for a in arguments[1:]])


def test_the_public_function_says_the_same(coupled, rng):
    arguments = batch_of(coupled, rng)
    assert getattr(lossref, coupled.name)(*arguments) == coupled.value(*arguments)


def test_the_mean_divides_by_the_terms_that_the_kernel_makes(coupled_terms, rng):
    assert coupled_terms.denominators["mean"] == "number of terms"
    arguments = batch_of(coupled_terms, rng)
    terms = coupled_terms.value(*arguments, reduction="none")
    assert coupled_terms.value(*arguments) == pytest.approx(np.sum(terms) / np.size(terms), rel=1e-14)
