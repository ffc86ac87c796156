"""What every loss takes, refuses, and leaves as it was."""

import copy

import numpy as np
import pytest

import lossref
from tests.lossref.drawing import CLASSES, ROWS, batch_of, middle_of, place_of


def narrowed(spec, arguments, dtype):
    """Floating arguments in a narrower dtype, and the same numbers again in float64."""
    narrow = [a.astype(dtype) if a.dtype.kind == "f" else a for a in arguments]
    return narrow, [a.astype(np.float64) if a.dtype.kind == "f" else a for a in narrow]


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_narrow_floats_give_the_float64_result_to_their_own_resolution(spec, rng, dtype):
    narrow, wide = narrowed(spec, batch_of(spec, rng), dtype)
    if all(a.dtype.kind != "f" for a in narrow):
        return
    close = {"rtol": 32 * float(np.finfo(dtype).eps), "atol": 16 * float(np.finfo(dtype).eps)}
    for reduction in ("mean", "none"):
        value = spec.value(*narrow, check_domain=False, reduction=reduction)
        assert value.dtype == dtype
        exact = spec.value(*wide, check_domain=False, reduction=reduction)
        np.testing.assert_allclose(value, exact.astype(dtype), **close)
    for wrt in spec.slopes:
        gradient = spec.gradient(*narrow, wrt=wrt, check_domain=False)
        assert gradient.dtype == dtype
        np.testing.assert_allclose(gradient, spec.gradient(*wide, wrt=wrt, check_domain=False), **close)


def test_float32_terms_do_not_lose_digits_to_their_sum(spec, rng):
    narrow, wide = narrowed(spec, batch_of(spec, rng, rows=100_000), np.float32)
    exact = spec.value(*wide, reduction="none", check_domain=False)
    given = spec.value(*narrow, check_domain=False)
    assert float(given) == pytest.approx(exact.mean(), rel=1e-6, abs=4e-7 * np.abs(exact).mean())


def test_whole_numbers_booleans_and_lists_are_taken_as_float64(spec, rng):
    arguments = [np.rint(a).astype(np.int64) for a in batch_of(spec, rng)]
    wide = [a if p.domain == "class_index" else a.astype(float) for p, a in zip(spec.arrays, arguments, strict=True)]
    value = spec.value(*wide, check_domain=False)
    assert value.dtype == np.float64
    assert spec.value(*[a.tolist() for a in arguments], check_domain=False) == pytest.approx(value, nan_ok=True)
    small = [a.astype(np.int8) for a in arguments]
    assert spec.value(*small, check_domain=False) == pytest.approx(value, nan_ok=True)
    truths = [
        a.astype(bool) if p.domain == "label01" else a for p, a in zip(spec.arrays, batch_of(spec, rng), strict=True)
    ]
    assert spec.value(*truths) == spec.value(*[a * 1 for a in truths])


def test_inputs_are_never_changed(entry, rng):
    arguments = batch_of(entry, rng)
    before = copy.deepcopy(arguments)
    for argument in arguments:
        argument.setflags(write=False)
    needed = [1 for _ in entry.needed[len(entry.arrays) :]]  # the count of a step
    entry.value(*arguments, *needed)
    for wrt in entry.slopes:
        entry.gradient(*arguments, wrt=wrt)
        if entry.gives == "value":
            entry.value_and_gradient(*arguments, wrt=wrt)
    for argument, old in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(argument, old)


def test_results_are_new_arrays(spec, rng):
    arguments = batch_of(spec, rng)
    results = [spec.value(*arguments, reduction="none")]
    results += [spec.gradient(*arguments, wrt=wrt) for wrt in spec.slopes]
    for result in results:
        assert result.flags.writeable
        assert not any(np.shares_memory(result, argument) for argument in arguments)


def test_a_column_against_a_vector_is_refused_by_name(spec, rng):
    arguments = batch_of(spec, rng)
    if len(arguments) < 2:
        return
    arguments[0] = arguments[0][..., None]
    with pytest.raises(lossref.ShapeError, match=r"expected") as caught:
        spec.value(*arguments)
    if not spec.on_rows:
        assert f"({ROWS}, 1)" in str(caught.value)
        assert f"({ROWS},)" in str(caught.value)


def test_a_shorter_argument_is_refused(spec, rng):
    arguments = batch_of(spec, rng)
    if len(arguments) < 2:
        return
    with pytest.raises(lossref.ShapeError, match=r"to go with"):
        spec.value(arguments[0][:-1], *arguments[1:])
    with pytest.raises(lossref.ShapeError, match=r"to go with"):
        spec.value(arguments[0][:1], *arguments[1:])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_refused_with_its_place(spec, rng, bad):
    for position, parameter in enumerate(spec.arrays):
        if parameter.domain == "class_index":
            continue
        arguments = batch_of(spec, rng)
        spoilt = arguments[position].astype(np.float64)
        place = (2, 1) if spoilt.ndim == 2 else (2,)
        spoilt[place] = bad
        arguments[position] = spoilt
        # Neither a weight of 0 nor a label of weight 0 hides it.
        for options in ({}, {"weights": np.zeros(ROWS)}, {"reduction": "none"}):
            with pytest.raises(lossref.DomainError) as caught:
                spec.value(*arguments, **options)
            assert caught.value.argument == parameter.name
            assert caught.value.index == place
            assert str(bad) in str(caught.value)


OUTSIDE = {
    "label01": 1.5,
    "plus_minus_one": 0,
    "class_index": CLASSES,
    "onehot": 2.0,
    "real": np.nan,
    "probability": 1.25,
    "open_unit": 1.0,
    "simplex": 0.9999,
    "positive": 0.0,
    "nonnegative": -1.0,
    "integer": 0.5,
    "logits": np.nan,
}


def test_what_is_outside_of_its_domain_is_refused_with_its_place(spec, rng):
    for position, parameter in enumerate(spec.arrays):
        if parameter.accepted_domain not in OUTSIDE:
            continue
        arguments = batch_of(spec, rng)
        spoilt = arguments[position]
        spoilt = spoilt if parameter.domain == "class_index" else spoilt.astype(np.float64)
        spoilt[3] = OUTSIDE[parameter.accepted_domain]
        arguments[position] = spoilt
        for bounded in ({"eps_policy": policy} for policy in spec.conventions.get("eps_policy", ())):
            with pytest.raises(lossref.DomainError):
                spec.value(*arguments, **bounded)
        with pytest.raises(lossref.DomainError) as caught:
            spec.value(*arguments)
        assert caught.value.argument.split(" ")[0] == parameter.name
        assert caught.value.index[0] == 3


def test_complex_and_text_are_refused(spec, rng):
    arguments, place = batch_of(spec, rng), place_of(spec) if spec.slopes else -1
    for dtype in (complex, str):
        wrong = list(arguments)
        wrong[place] = wrong[place].astype(dtype)
        with pytest.raises(TypeError, match="expected real numbers"):
            spec.value(*wrong)


def test_options_that_do_not_exist_are_refused(entry, rng):
    arguments = batch_of(entry, rng)
    with pytest.raises(lossref.OptionError, match="reduktion"):
        entry.value(*arguments, reduktion="sum")
    if entry.gives == "value":
        with pytest.raises(lossref.OptionError, match="reduction is one of"):
            entry.value(*arguments, reduction="average")


def test_arguments_bind_by_position_and_by_name(spec, rng):
    arguments = batch_of(spec, rng)
    hypers = {p.name: middle_of(p) for p in spec.hypers}
    named = dict(zip((p.name for p in spec.arrays), arguments, strict=True))
    value = spec.value(*arguments, *hypers.values())
    assert spec.value(**named, **hypers) == value
    assert spec.value(*arguments, **hypers) == value
    with pytest.raises(TypeError, match="missing"):
        spec.value(*arguments[:-1])
    with pytest.raises(TypeError, match="takes"):
        spec.value(*arguments, *hypers.values(), 1.0)
    with pytest.raises(TypeError, match="two values"):
        spec.value(*arguments, **{spec.arrays[0].name: arguments[0]})


BELOW = {"positive", "nonnegative", "probability", "open_unit", "decay", "count"}


def test_a_hyper_parameter_is_checked_too(spec, rng):
    arguments = batch_of(spec, rng)
    for parameter in spec.hypers:
        if parameter.domain in BELOW:
            with pytest.raises(lossref.DomainError) as caught:
                spec.value(*arguments, **{parameter.name: -0.5})
            assert caught.value.argument == parameter.name
        for wrong in (np.nan, np.inf):
            with pytest.raises(lossref.DomainError):
                spec.value(*arguments, **{parameter.name: wrong})
        with pytest.raises(TypeError, match="expected a number"):
            spec.value(*arguments, **{parameter.name: "1"})
