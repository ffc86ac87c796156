import numpy as np
import pytest

import lossref
from grader.cases import draw, samples
from grader.task import read_task

VALUES = [name for name in lossref.names() if lossref.get(name).gives == "value"]


def task(name, **table):
    loss = lossref.get(name)
    parameters = table.pop("parameters", [p.name for p in loss.parameters if p.role != "hyper"])
    return read_task({"coding": {"function": "f", "parameters": parameters, "reference": name, **table}})


def groups(cases, group):
    return [case for case in cases if case.group == group]


@pytest.mark.parametrize("name", lossref.names())
def test_every_case_lies_in_the_domain_and_the_same_seed_gives_the_same_cases(name):
    asked = task(name)
    for first, again in zip(draw(asked, 5), draw(asked, 5), strict=True):
        asked.expected(first, check_domain=True)
        assert all(np.array_equal(a, b) for a, b in zip(first.args, again.args, strict=True))


@pytest.mark.parametrize("name", lossref.names())
def test_hidden_cases_differ_from_seed_to_seed(name):
    one, other = (groups(draw(task(name), seed), "ordinary") for seed in (1, 2))
    same = sum(all(map(np.array_equal, a.args, b.args)) for a, b in zip(one, other, strict=True))
    assert same == 0


@pytest.mark.parametrize("name", [name for name in VALUES if not task(name).draws_itself])
def test_constants_are_measured_on_three_inputs_with_distinct_sizes(name):
    asked = task(name)
    for seed in range(20):
        shapes = [case.shape for case in groups(draw(asked, seed), "ordinary")]
        assert len({shape[0] for shape in shapes[:3]}) == 3
        two = [shape for shape in shapes if len(shape) == 2]
        assert any(n == c for n, c in two)
        assert len({c for n, c in two if n != c}) >= 3
        assert {len(shape) for shape in shapes} == ({2} if asked.on_rows else {1, 2})


@pytest.mark.parametrize("name", [name for name in VALUES if task(name).draws_itself])
def test_arrays_that_the_reference_draws_differ_in_their_number_of_terms(name):
    asked = task(name)
    for seed in range(5):
        assert len({asked.terms(case).size for case in groups(draw(asked, seed), "ordinary")[:3]}) == 3


@pytest.mark.parametrize("name", VALUES)
def test_values_are_float64_and_labels_int64(name):
    asked = task(name)
    for case in draw(asked, 3):
        for parameter, argument in zip(asked.arguments, case.args, strict=True):
            assert argument.dtype == parameter.dtype


def test_probabilities_reach_both_right_and_both_wrong_ends():
    cases = {case.name: case for case in draw(task("bce"), 1)}
    y, p = cases["perfect fit"].args
    assert np.array_equal(y, p)
    assert set(y) == {0, 1}
    y, p = cases["wrong end"].args
    assert np.array_equal(p[:2], 1 - y[:2])
    assert set(y[:2]) == {0, 1}


def test_logits_reach_a_thousand_on_both_sides_of_both_labels():
    extreme = groups(draw(task("bce_with_logits"), 1), "extreme")
    seen = {(int(y), bool(z > 0)) for case in extreme for y, z in zip(*case.args, strict=True) if abs(z) > 990}
    assert seen == {(0, False), (0, True), (1, False), (1, True)}


def test_every_kink_of_a_loss_is_drawn():
    cases = {case.name: case for case in draw(task("hinge"), 1)}
    y, score = cases["kinks"].args
    assert (y * score)[:2].tolist() == [1.0, 1.0]


def test_targets_without_spread_are_drawn_where_the_spec_says_what_they_score():
    pinned = [case for case in draw(task("r2", options={"force_finite": True}), 1) if np.ptp(case.args[0]) == 0]
    assert {float(lossref.r2(*case.args)) for case in pinned} == {0.0, 1.0}
    assert not any(np.ptp(case.args[0]) == 0 for case in draw(task("r2"), 1))


def test_predictions_on_an_edge_of_two_bins_are_drawn_where_the_spec_says_which_one_has_them():
    def draws(**table):
        asked = task("expected_calibration_error", parameters=["y_true", "p", "bins"], **table)
        return asked, [case for case in draw(asked, 1) if case.args[2] == 2]

    asked, pinned = draws(options={"edges": "left_closed"})
    assert [asked.expected(case) == asked.expected(case, edges="right_closed") for case in pinned] == [False]
    assert draws()[1] == []


@pytest.mark.parametrize("seed", range(5))
def test_the_order_in_which_tied_scores_come_is_a_perfect_one_and_not_one_half(seed):
    (tied,) = [case for case in draw(task("roc_auc"), seed) if case.name == "ties"]
    labels, scores = tied.args
    assert np.ptp(scores) == 0
    assert float(lossref.roc_auc(labels, np.arange(labels.size))) == 1.0


def test_hyper_parameters_are_drawn_from_their_plausible_range():
    asked = task("huber", parameters=["y", "p", "delta"])
    drawn = {case.args[2] for case in groups(draw(asked, 1), "ordinary")}
    assert len(drawn) > 10
    assert all(0.3 <= delta <= 2.5 for delta in drawn)


def test_one_example_is_a_vector_and_its_label_an_int():
    for case in draw(task("sparse_cce_with_logits", options={"batch": False}), 1):
        label, logits = case.args
        assert (type(label), logits.ndim) == (int, 1)


def test_the_class_axis_is_where_the_options_put_it():
    asked = task("cce_with_logits", options={"axis": 0})
    for case in draw(asked, 1):
        assert np.array_equal(case.args[0].sum(axis=0), np.ones(case.args[0].shape[1]))


def test_labels_are_zero_and_one_where_the_encoding_says_so():
    labels = {
        int(y) for case in draw(task("hinge", options={"label_encoding": "zero_one"}), 1) for y in case.args[0].flat
    }
    assert labels == {0, 1}


def test_printed_cases_are_small_and_the_same_for_everybody():
    first, second = samples(task("bce"))
    assert [case.shape for case in (first, second)] == [(3,), (2, 2)]
    assert all(map(np.array_equal, first.args, samples(task("bce"))[0].args))


def test_the_specs_own_samples_are_the_printed_cases():
    own = [{"args": {"y_true": [1, 0], "p": [0.5, 0.25]}}]
    (case,) = samples(task("bce", samples=own))
    assert case.args[0].tolist() == [1, 0]
    assert case.args[1].tolist() == [0.5, 0.25]
