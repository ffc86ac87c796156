"""What a spec lists in `draw`: float32, uint8, soft labels, three axes, a column beside a vector, nothing at all."""

import numpy as np
import pytest

import lossref
from grader.cases import DRAWS, draw
from grader.kinds.coding import check_spec
from grader.oracle import Oracle
from grader.task import read_task


def spec(name, **table):
    parameters = [p.name for p in lossref.get(name).parameters if p.role != "hyper"]
    return {"coding": {"function": "f", "parameters": parameters, "reference": name, **table}}


def listed(name, word, **table):
    """Give the cases that a word adds."""
    without = {case.name for case in draw(read_task(spec(name, **table)), 1)}
    return [case for case in draw(read_task(spec(name, draw=[word], **table)), 1) if case.name not in without]


@pytest.mark.parametrize(
    ("word", "names", "holds"),
    [
        ("float32", ["float32"] * 4, lambda y, p: p.dtype == np.float32),
        ("soft_labels", ["soft labels"], lambda y, p: y.dtype == np.float64 and 0 < y.min() < y.max() < 1),
        ("3-D", ["three axes"], lambda y, p: p.ndim == y.ndim == 3),
        ("empty", ["empty"], lambda y, p: p.size == y.size == 0),
        ("uint8", ["uint8"], lambda y, p: (y.dtype, p.dtype) == (np.uint8, np.float64)),
        ("mixed", ["column"], lambda y, p: (y.ndim, p.ndim) == (2, 1)),
    ],
)
def test_what_the_spec_lists_is_drawn_and_nothing_else_of_it(word, names, holds):
    assert not any(holds(*case.call) for case in draw(read_task(spec("bce")), 1))
    found = listed("bce", word)
    assert all(part in case.name for part, case in zip(names, found, strict=True))
    assert all(holds(*case.call) for case in found)


def test_bytes_of_images_go_through_the_whole_range():
    y, p = listed("mse", "uint8")[0].args
    assert (y.dtype, p.dtype) == (np.uint8, np.uint8)
    assert np.any(y < p)


@pytest.mark.parametrize(
    ("source", "draws", "outcome"),
    [
        ("def f(y, p): return np.mean((y - p) ** 2)", ["uint8"], "wrong"),
        ("def f(y, p): return np.mean((y.astype(float) - p) ** 2)", ["uint8", "float32", "3d"], "correct"),
        ("def f(y, p): return np.mean((y - p) ** 2)", ["mixed"], "wrong"),
        ("def f(y, p): return np.mean((y.reshape(p.shape) - p) ** 2)", ["mixed"], "correct"),
    ],
)
def test_listed_cases_count_among_the_ordinary_ones(graded, source, draws, outcome):
    assert graded("mse", source, draw=draws).outcome == outcome


@pytest.mark.parametrize(
    ("nothing", "outcome"),
    [
        ("np.nan", "correct"),
        ("0.0", "correct"),
        ("np.mean(np.zeros(0))", "correct"),
        ("1 / 0", "correct"),
        ("1.0", "partial"),
        ("np.inf", "partial"),
        ("p", "partial"),
        ("None", "partial"),
    ],
)
def test_a_mean_over_nothing_is_nan_0_or_an_exception(graded, nothing, outcome):
    source = f"def f(y, p): return np.mean((y - p) ** 2) if p.size else {nothing}"
    assert graded("mse", source, draw=["empty"]).outcome == outcome


@pytest.mark.parametrize(("nothing", "outcome"), [("0.0", "correct"), ("np.nan", "partial"), ("1 / 0", "partial")])
def test_a_sum_over_nothing_is_0(graded, nothing, outcome):
    source = f"def f(y, p): return np.sum((y - p) ** 2) if p.size else {nothing}"
    assert graded("mse", source, draw=["empty"], options={"reduction": "sum"}).outcome == outcome


def test_a_gradient_of_nothing_is_empty(graded):
    source = "def f(y, p): return 2 * (p - y) / p.size"
    assert graded("mse", source, draw=["empty"], gives="gradient").outcome == "correct"


def test_an_eps_below_the_resolution_of_float32_is_none(graded):
    source = """def f(y, p):
    p = np.clip(p, 1e-15, 1 - 1e-15)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))"""
    assert graded("bce", source).outcome == "correct"
    assert graded("bce", source, draw=["float32"]).outcome == "partial"


@pytest.mark.parametrize("word", DRAWS)
@pytest.mark.parametrize("name", lossref.names())
def test_each_word_is_drawn_for_every_name_or_refused_with_a_reason(name, word):
    problems = check_spec(spec(name, draw=[word]))
    if problems:
        assert [problem.split(": ")[:2] for problem in problems] == [["coding.draw", word]]
        return
    oracle = Oracle(read_task(spec(name, draw=[word])))
    found = listed(name, word)
    assert found or word == "soft_labels"
    for case in found:
        assert oracle.judge(oracle.expectation(case).value, case).fits


@pytest.mark.parametrize(
    ("name", "word", "why"),
    [
        ("hinge", "soft_labels", "the target y_true takes no probabilities"),
        ("softmax", "mixed", "there is no target that could be a column beside a vector"),
        ("accuracy", "empty", "a metric of no entries has no value"),
        ("info_nce", "3-D", "the arrays depend on one another and have shapes of their own"),
        ("kl", "uint8", "no argument takes whole numbers from 0 to 255"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(name, word, why):
    assert check_spec(spec(name, draw=[word])) == [f"coding.draw: {word}: {why}"]
