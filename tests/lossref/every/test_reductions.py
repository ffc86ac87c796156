"""Reductions, weights, masks and shapes of every loss."""

import numpy as np
import pytest

import lossref
from tests.lossref.drawing import ROWS, batch_of


def test_reductions_divide_the_same_terms_by_their_denominators(spec, rng):
    arguments = batch_of(spec, rng)
    terms = spec.value(*arguments, reduction="none")
    weights = rng.uniform(0.5, 2.0, size=terms.shape)
    assert terms.shape == (ROWS,)
    expected = {
        "sum": terms.sum(),
        "mean": terms.sum() / ROWS,
        "batchmean": terms.sum() / ROWS,
        "mean_by_weight": (weights * terms).sum() / weights.sum(),
    }
    assert {*expected, "none"} == set(spec.conventions["reduction"]) == set(spec.denominators)
    for reduction, value in expected.items():
        given = {"weights": weights} if reduction == "mean_by_weight" else {}
        assert spec.value(*arguments, reduction=reduction, **given) == pytest.approx(value, rel=1e-13, abs=1e-14)
    assert spec.value(*arguments) == spec.value(*arguments, reduction=spec.conventions["reduction"][0])
    weighted = (weights * terms).sum() / ROWS
    assert spec.value(*arguments, weights=weights) == pytest.approx(weighted, rel=1e-13, abs=1e-14)


@pytest.mark.parametrize("reduction", ["mean", "sum", "batchmean", "mean_by_weight"])
def test_gradients_carry_reduction_and_weights(spec, rng, reduction):
    arguments, weights = batch_of(spec, rng), rng.uniform(0.5, 2.0, size=ROWS)
    count = {"mean": ROWS, "sum": 1, "batchmean": ROWS, "mean_by_weight": weights.sum()}[reduction]
    for wrt in spec.slopes:
        slopes = spec.gradient(*arguments, wrt=wrt, reduction="none")
        weighted = slopes * weights.reshape(-1, *[1] * (slopes.ndim - 1))
        gradient = spec.gradient(*arguments, wrt=wrt, reduction=reduction, weights=weights)
        np.testing.assert_allclose(gradient, weighted / count, rtol=1e-13)


def test_more_dimensions_give_the_same_terms(spec, rng):
    arguments = batch_of(spec, rng, rows=6)
    folded = [argument.reshape(2, 3, *argument.shape[1:]) for argument in arguments]
    terms = spec.value(*arguments, reduction="none")
    np.testing.assert_array_equal(spec.value(*folded, reduction="none"), terms.reshape(2, 3))
    assert spec.value(*folded) == pytest.approx(spec.value(*arguments), rel=1e-13)
    assert spec.value(*folded, reduction="batchmean") == pytest.approx(terms.sum() / 2, rel=1e-13, abs=1e-14)
    for wrt in spec.slopes:
        gradient = spec.gradient(*arguments, wrt=wrt)
        np.testing.assert_array_equal(spec.gradient(*folded, wrt=wrt).reshape(gradient.shape), gradient)


def test_classes_lie_on_the_axis_that_is_named(spec, rng):
    if not spec.on_rows:
        return
    arguments = batch_of(spec, rng)
    turned = [a.T if p.shape == "rows" else a for p, a in zip(spec.arrays, arguments, strict=True)]
    np.testing.assert_array_equal(
        spec.value(*turned, axis=0, reduction="none"), spec.value(*arguments, reduction="none")
    )
    for wrt in spec.slopes:
        gradient = spec.gradient(*arguments, wrt=wrt)
        np.testing.assert_array_equal(spec.gradient(*turned, wrt=wrt, axis=0), gradient.T)


def test_one_example_without_a_batch_axis(spec, rng):
    arguments = batch_of(spec, rng)
    first = [argument[0] for argument in arguments]
    term = spec.value(*arguments, reduction="none")[0]
    for reduction in ("mean", "sum", "none", "batchmean"):
        value = spec.value(*first, batch=False, reduction=reduction)
        assert value == pytest.approx(term, rel=1e-15)
        assert np.shape(value) == ()
    for wrt in spec.slopes:
        assert spec.gradient(*first, wrt=wrt, batch=False).shape == np.shape(spec.gradient(*arguments, wrt=wrt)[0])


def spoiled(spec, arguments, row):
    """Arguments of which one row holds what no domain contains."""
    result = [np.array(a, dtype=np.float64 if a.dtype.kind == "f" else a.dtype) for a in arguments]
    for array in result:
        array[row] = np.nan if array.dtype.kind == "f" else -77
    return result


def test_a_term_that_is_masked_counts_nowhere_and_may_hold_anything(spec, rng):
    arguments = batch_of(spec, rng)
    mask = np.array([True, False, True, True, False, True])
    kept = [argument[mask] for argument in arguments]
    spoilt = spoiled(spec, spoiled(spec, arguments, 1), 4)
    for reduction in ("mean", "sum"):
        value = spec.value(*spoilt, mask=mask, reduction=reduction)
        assert value == pytest.approx(spec.value(*kept, reduction=reduction), rel=1e-13, abs=1e-14)
    terms = spec.value(*spoilt, mask=mask, reduction="none")
    np.testing.assert_array_equal(terms[mask], spec.value(*kept, reduction="none"))
    np.testing.assert_array_equal(terms[~mask], 0.0)
    for wrt in spec.slopes:
        value, gradient = spec.value_and_gradient(*spoilt, wrt=wrt, mask=mask)
        np.testing.assert_allclose(gradient[mask], spec.gradient(*kept, wrt=wrt), rtol=1e-13)
        np.testing.assert_array_equal(gradient[~mask], 0.0)
        assert value == pytest.approx(spec.value(*kept), rel=1e-13, abs=1e-14)


def test_a_mask_goes_with_weights(spec, rng):
    arguments, weights = batch_of(spec, rng), rng.uniform(0.5, 2.0, size=ROWS)
    mask = np.array([False, True, True, False, True, True])
    kept = spec.value(*[a[mask] for a in arguments], weights=weights[mask], reduction="mean_by_weight")
    assert spec.value(*arguments, mask=mask, weights=weights, reduction="mean_by_weight") == pytest.approx(
        kept, rel=1e-13, abs=1e-14
    )


def test_what_is_outside_of_its_domain_is_named_at_its_place_behind_a_mask(spec, rng):
    arguments = spoiled(spec, batch_of(spec, rng), 5)
    with pytest.raises(lossref.DomainError) as caught:
        spec.value(*arguments, mask=np.array([False, True, True, True, False, True]))
    assert caught.value.index[0] == 5


def test_masks_that_are_none_are_refused(spec, rng):
    arguments = batch_of(spec, rng)
    with pytest.raises(TypeError, match="mask: expected booleans"):
        spec.value(*arguments, mask=np.ones(ROWS))
    with pytest.raises(lossref.ShapeError, match="mask: expected one for each term"):
        spec.value(*arguments, mask=np.ones(ROWS + 1, dtype=bool))


def test_when_nothing_counts_a_mean_raises_and_a_sum_is_zero(spec, rng):
    arguments, nothing = batch_of(spec, rng), np.zeros(ROWS, dtype=bool)
    assert spec.value(*arguments, mask=nothing, reduction="sum") == 0.0
    np.testing.assert_array_equal(spec.value(*arguments, mask=nothing, reduction="none"), np.zeros(ROWS))
    with pytest.raises(lossref.EmptyError, match="over nothing"):
        spec.value(*arguments, mask=nothing)
    with pytest.raises(lossref.EmptyError, match="over nothing"):
        spec.value(*arguments, weights=np.zeros(ROWS), reduction="mean_by_weight")


def test_weights_that_are_none_are_refused(spec, rng):
    arguments = batch_of(spec, rng)
    for wrong, fault in (([1.0], lossref.ShapeError), (-np.ones(ROWS), lossref.DomainError)):
        with pytest.raises(fault, match="weights"):
            spec.value(*arguments, weights=wrong)
    with pytest.raises(lossref.OptionError, match="needs the option weights"):
        spec.value(*arguments, reduction="mean_by_weight")


def test_a_mean_of_nothing_raises_and_a_sum_of_nothing_is_zero(spec, rng):
    empty = [argument[:0] for argument in batch_of(spec, rng)]
    assert spec.value(*empty, reduction="sum") == 0.0
    assert spec.value(*empty, reduction="none").shape == (0,)
    for wrt in spec.slopes:
        assert spec.gradient(*empty, wrt=wrt, reduction="sum").shape[0] == 0
    for reduction in ("mean", "batchmean"):
        with pytest.raises(lossref.EmptyError, match="over nothing"):
            spec.value(*empty, reduction=reduction)
