"""What must hold of every entry of the catalogue."""

import copy
import dataclasses
import doctest
import pickle

import mpmath
import numpy as np
import pytest

import lossref
from lossref import symbolic
from lossref.certify import certify, relative_error
from lossref.domains import DOMAINS
from lossref.properties import PROPERTIES, holds
from tests.lossref.drawing import CLASSES, ROWS, batch_of


def step_of(spec, arguments, wrt, index, size):
    """Arguments with one entry of one argument moved by `size`."""
    moved = [np.array(a, dtype=np.float64) if p.name == wrt else a for p, a in zip(spec.arrays, arguments, strict=True)]
    position = [p.name for p in spec.arrays].index(wrt)
    moved[position][index] += size
    return moved


def test_numbers_symbols_and_fifty_digits_agree(symbolic_entry):
    assert certify(symbolic_entry, seed=11).failures == ()


@pytest.mark.parametrize("seed", range(3))
def test_soft_labels_agree_with_fifty_digits(spec, seed):
    if spec.arrays[0].accepted_domain not in {"probability", "simplex"}:
        assert spec.arrays[0].accepted_domain == spec.arrays[0].domain, "soft labels need a case of their own"
        return
    rng = np.random.default_rng(seed)
    hard, prediction = batch_of(spec, rng)
    soft = rng.dirichlet(np.ones(CLASSES), size=ROWS) if hard.ndim == 2 else rng.uniform(size=ROWS)
    hypers = [p.default for p in spec.hypers]
    term = symbolic.form(spec.name, CLASSES)
    values, gradient = spec.value(soft, prediction, reduction="none"), spec.gradient(soft, prediction, reduction="none")
    for row in range(ROWS):
        point = [soft[row], prediction[row], *hypers]
        assert relative_error(values[row], symbolic.evaluate(term, point)) < 1e-14
        exact = symbolic.evaluate(term, point, spec.argument(None).name)
        np.testing.assert_allclose(gradient[row], np.array(exact, dtype=float), rtol=1e-13, atol=1e-15)


def test_gradients_of_all_arguments_agree_with_finite_differences(spec, rng):
    arguments = batch_of(spec, rng)
    size = 1e-6
    for wrt in spec.slopes:
        gradient = spec.gradient(*arguments, wrt=wrt)
        differences = np.empty_like(gradient)
        for index in np.ndindex(gradient.shape):
            up, down = (
                spec.value(*step_of(spec, arguments, wrt, index, sign * size), check_domain=False) for sign in (1, -1)
            )
            differences[index] = (up - down) / (2 * size)
        np.testing.assert_allclose(gradient, differences, rtol=1e-5, atol=1e-7)


def test_gradients_of_all_arguments_agree_with_the_symbolic_derivative(spec, rng):
    arguments = batch_of(spec, rng, rows=3)
    hypers = [0.5 * sum(p.plausible) for p in spec.hypers]
    term = symbolic.form(spec.name, CLASSES)
    for wrt in spec.slopes:
        gradient = spec.gradient(*arguments, *hypers, wrt=wrt, reduction="none")
        for row in range(3):
            exact = symbolic.evaluate(term, [*(a[row] for a in arguments), *hypers], wrt)
            np.testing.assert_allclose(gradient[row], np.array(exact, dtype=float), rtol=1e-12, atol=1e-15)


def test_the_gradient_lies_in_the_subdifferential(spec, rng):
    arguments = batch_of(spec, rng)
    low, high = spec.subdifferential(*arguments)
    assert (low <= high).all()
    gradient = spec.gradient(*arguments)
    assert ((low <= gradient) & (gradient <= high)).all()


def test_at_a_kink_the_interval_is_proper_and_the_smallest_subgradient_is_given(spec):
    for kink in spec.kinks:
        arguments = [np.array([argument]) for argument in kink]
        low, high = spec.subdifferential(*arguments)
        assert low[0] < high[0]
        assert spec.gradient(*arguments)[0] == min((low[0], 0.0, high[0]), key=abs)


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
        assert spec.value(*arguments, reduction=reduction, **given) == pytest.approx(value, rel=1e-14)
    assert spec.value(*arguments) == spec.value(*arguments, reduction=spec.conventions["reduction"][0])
    assert spec.value(*arguments, weights=weights) == pytest.approx((weights * terms).sum() / ROWS, rel=1e-14)


@pytest.mark.parametrize("reduction", ["mean", "sum", "batchmean", "mean_by_weight"])
def test_gradients_carry_reduction_and_weights(spec, rng, reduction):
    arguments, weights = batch_of(spec, rng), rng.uniform(0.5, 2.0, size=ROWS)
    slopes = spec.gradient(*arguments, reduction="none")
    count = {"mean": ROWS, "sum": 1, "batchmean": ROWS, "mean_by_weight": weights.sum()}[reduction]
    weighted = slopes * weights.reshape(-1, *[1] * (slopes.ndim - 1))
    gradient = spec.gradient(*arguments, reduction=reduction, weights=weights)
    np.testing.assert_allclose(gradient, weighted / count, rtol=1e-14)


def test_more_dimensions_give_the_same_terms(spec, rng):
    arguments = batch_of(spec, rng, rows=6)
    folded = [argument.reshape(2, 3, *argument.shape[1:]) for argument in arguments]
    terms = spec.value(*arguments, reduction="none")
    np.testing.assert_array_equal(spec.value(*folded, reduction="none"), terms.reshape(2, 3))
    assert spec.value(*folded) == pytest.approx(spec.value(*arguments), rel=1e-14)
    assert spec.value(*folded, reduction="batchmean") == pytest.approx(terms.sum() / 2, rel=1e-14)
    np.testing.assert_array_equal(spec.gradient(*folded), spec.gradient(*arguments).reshape(folded[1].shape))


def test_one_example_without_a_batch_axis(spec, rng):
    arguments = batch_of(spec, rng)
    first = [argument[0] for argument in arguments]
    term = spec.value(*arguments, reduction="none")[0]
    for reduction in ("mean", "sum", "none", "batchmean"):
        value = spec.value(*first, batch=False, reduction=reduction)
        assert value == term
        assert np.shape(value) == ()
    assert spec.gradient(*first, batch=False).shape == first[1].shape


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_narrow_floats_give_the_float64_result_to_their_own_resolution(spec, rng, dtype):
    label, prediction = batch_of(spec, rng)
    narrow = prediction.astype(dtype)
    label = (
        label.astype(dtype) if label.dtype.kind == "f" and spec.arrays[0].domain == "real" else label.astype(np.int64)
    )
    wide = narrow.astype(np.float64)
    resolution = 8 * float(np.finfo(dtype).eps)
    for reduction in ("mean", "none"):
        value = spec.value(label, narrow, check_domain=False, reduction=reduction)
        assert value.dtype == dtype
        exact = spec.value(label, wide, check_domain=False, reduction=reduction)
        np.testing.assert_allclose(value, exact.astype(dtype), rtol=resolution, atol=resolution)
    gradient = spec.gradient(label, narrow, check_domain=False)
    assert gradient.dtype == dtype
    exact = spec.gradient(label, wide, check_domain=False)
    np.testing.assert_allclose(gradient, exact, rtol=resolution, atol=resolution)


def test_a_million_float32_terms_do_not_lose_digits_to_their_sum(spec, rng):
    rows = 1_000_000 if not spec.on_rows else 100_000
    label, prediction = batch_of(spec, rng, rows=rows)
    narrow = prediction.astype(np.float32)
    exact = spec.value(label, narrow.astype(np.float64), reduction="none", check_domain=False).sum() / rows
    given = spec.value(label.astype(np.float32) if label.dtype.kind == "f" else label, narrow, check_domain=False)
    assert given.dtype == np.float32
    assert float(given) == pytest.approx(exact, rel=4e-7)


def test_whole_numbers_and_lists_are_taken_as_float64(spec):
    target = {"class_index": [0, 1], "onehot": [[1, 0], [0, 1]], "plus_minus_one": [1, -1]}.get(
        spec.arrays[0].domain, [0, 1]
    )
    prediction = [[1, 0], [0, 1]] if spec.on_rows else [1, 0]
    as_arrays = [np.array(target), np.array(prediction, dtype=np.float64)]
    value = spec.value(target, prediction)
    assert value.dtype == np.float64
    assert value == spec.value(*as_arrays)
    small = [np.array(target, dtype=np.int8), np.array(prediction, dtype=np.uint8)]
    assert spec.value(*small) == value


def test_inputs_are_never_changed(spec, rng):
    arguments = batch_of(spec, rng)
    before = copy.deepcopy(arguments)
    for argument in arguments:
        argument.setflags(write=False)
    options = {"axis": -1} if spec.on_rows else {}
    spec.value(*arguments, **options)
    spec.value(*arguments, reduction="none")
    for wrt in spec.slopes:
        spec.gradient(*arguments, wrt=wrt)
    for argument, old in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(argument, old)


def test_results_are_new_arrays(spec, rng):
    arguments = batch_of(spec, rng)
    for result in (spec.value(*arguments, reduction="none"), spec.gradient(*arguments)):
        assert not any(np.shares_memory(result, argument) for argument in arguments)


def test_a_column_against_a_vector_is_refused_by_name(spec, rng):
    arguments = batch_of(spec, rng)
    arguments[0] = arguments[0][..., None]
    with pytest.raises(lossref.ShapeError, match=r"expected") as caught:
        spec.value(*arguments)
    if not spec.on_rows:
        assert f"({ROWS}, 1)" in str(caught.value)
        assert f"({ROWS},)" in str(caught.value)


def test_a_shorter_argument_is_refused(spec, rng):
    arguments = batch_of(spec, rng)
    with pytest.raises(lossref.ShapeError, match=r"to go with"):
        spec.value(arguments[0][:-1], arguments[1])
    with pytest.raises(lossref.ShapeError, match=r"to go with"):
        spec.gradient(arguments[0][:1], arguments[1])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_refused_with_its_place(spec, rng, bad):
    arguments = batch_of(spec, rng)
    place = (2, 1) if spec.on_rows else (2,)
    arguments[1][place] = bad
    with pytest.raises(lossref.DomainError) as caught:
        spec.value(*arguments)
    assert caught.value.argument == spec.arrays[1].name
    assert caught.value.index == place
    assert str(bad) in str(caught.value)


def test_targets_outside_of_their_domain_are_refused(spec, rng):
    wrong = {"label01": 1.5, "plus_minus_one": 0, "class_index": CLASSES, "onehot": 2.0, "real": np.nan}
    target, prediction = batch_of(spec, rng)
    target = target.astype(np.float64) if spec.arrays[0].domain != "class_index" else target
    target[3] = wrong[spec.arrays[0].domain]
    with pytest.raises(lossref.DomainError) as caught:
        spec.value(target, prediction)
    assert caught.value.argument == spec.arrays[0].name
    assert caught.value.index[0] == 3


def test_complex_and_text_are_refused(spec, rng):
    target, prediction = batch_of(spec, rng)
    with pytest.raises(TypeError, match="expected real numbers"):
        spec.value(target, prediction.astype(complex))
    with pytest.raises(TypeError, match="expected real numbers"):
        spec.value(target, prediction.astype(str))


def test_a_mean_of_nothing_raises_and_a_sum_of_nothing_is_zero(spec, rng):
    empty = [argument[:0] for argument in batch_of(spec, rng)]
    assert spec.value(*empty, reduction="sum") == 0.0
    assert spec.value(*empty, reduction="none").shape == (0,)
    assert spec.gradient(*empty, reduction="sum").shape == empty[1].shape
    for reduction in ("mean", "batchmean"):
        with pytest.raises(lossref.EmptyError, match="over nothing"):
            spec.value(*empty, reduction=reduction)


def test_options_that_do_not_exist_are_refused(spec, rng):
    arguments = batch_of(spec, rng)
    with pytest.raises(lossref.OptionError, match="reduktion"):
        spec.value(*arguments, reduktion="sum")
    with pytest.raises(lossref.OptionError, match="reduction is one of mean"):
        spec.value(*arguments, reduction="average")
    with pytest.raises(lossref.OptionError, match="needs the option weights"):
        spec.value(*arguments, reduction="mean_by_weight")
    with pytest.raises(lossref.OptionError, match="has no gradient with respect to 'nothing'"):
        spec.gradient(*arguments, wrt="nothing")


def test_arguments_bind_by_position_and_by_name(spec, rng):
    arguments = batch_of(spec, rng)
    hypers = {p.name: sum(p.plausible) / 2 for p in spec.hypers}
    named = dict(zip((p.name for p in spec.arrays), arguments, strict=True))
    value = spec.value(*arguments, *hypers.values())
    assert spec.value(**named, **hypers) == value
    assert spec.value(*arguments, **hypers) == value
    with pytest.raises(TypeError, match="missing"):
        spec.value(arguments[0])
    with pytest.raises(TypeError, match="takes"):
        spec.value(*arguments, *hypers.values(), 1.0)
    with pytest.raises(TypeError, match="two values"):
        spec.value(*arguments, **{spec.arrays[0].name: arguments[0]})


def test_the_public_function_says_the_same(spec, rng):
    arguments = batch_of(spec, rng)
    function = getattr(lossref, spec.name)
    assert function(*arguments) == spec.value(*arguments)
    assert function(*arguments, reduction="sum") == spec.value(*arguments, reduction="sum")


def test_the_public_function_has_a_numpydoc_docstring_with_an_example(entry):
    function = getattr(lossref, entry.name)
    for section in ("Parameters", "Returns", "Raises", "References", "Examples"):
        assert f"\n    {section}\n    ---" in function.__doc__
    assert doctest.DocTestParser().get_examples(function.__doc__)


def test_an_entry_is_found_by_each_alias_and_survives_pickling(entry):
    for alias in entry.aliases:
        assert lossref.get(alias) is entry
    assert pickle.loads(pickle.dumps(entry)) is entry
    assert copy.deepcopy(entry) is entry


def test_an_entry_is_frozen(entry):
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.name = "other"
    with pytest.raises(TypeError):
        entry.conventions["reduction"] = ()


def test_metadata_is_complete(entry):
    assert entry.latex
    assert entry.summary.endswith(".")
    assert entry.references
    assert entry.properties <= PROPERTIES.keys()
    assert set(entry.slopes) <= {p.name for p in entry.arrays}
    if entry.slopes:
        assert entry.argument(None).role in {"prediction", "input"}
    assert bool(entry.slopes) == entry.has_symbolic_form
    for parameter in entry.parameters:
        assert parameter.accepted_domain in DOMAINS or parameter.domain == "class_index"
        assert parameter.plausible[0] < parameter.plausible[1]
        assert (parameter.default is None) == (parameter.role != "hyper")
        assert (parameter.shape == "scalar") or parameter.role != "hyper"


def test_claimed_properties_hold_and_no_other_does(entry):
    assert {word for word in PROPERTIES if holds(entry, word, seed=5)} == entry.properties


def test_value_at_a_hyper_parameter_s_edge_is_checked(spec, rng):
    arguments = batch_of(spec, rng)
    for parameter in spec.hypers:
        with pytest.raises(lossref.DomainError) as caught:
            spec.value(*arguments, **{parameter.name: -0.5})
        assert caught.value.argument == parameter.name
        with pytest.raises(TypeError, match="expected a number"):
            spec.value(*arguments, **{parameter.name: "1"})


def test_symbolic_form_and_derivative_have_latex(symbolic_entry):
    term = symbolic.form(symbolic_entry.name)
    assert set(term.arguments) == {p.name for p in symbolic_entry.parameters}
    assert "\\" in term.latex() or "^" in term.latex() or "|" in term.latex()
    assert term.latex(symbolic_entry.argument(None).name) != term.latex()


def test_relative_error_sees_what_must_be_seen():
    assert relative_error(float("nan"), mpmath.mpf(1)) == float("inf")
    assert relative_error(float("inf"), mpmath.mpf(1)) == float("inf")
    assert relative_error(float("inf"), mpmath.inf) == 0.0
    assert relative_error(1.0, mpmath.mpf(2)) == 0.5
