"""Every option of every name makes a task that knows its right answers, for the value and for each gradient."""

import itertools

import numpy as np
import pytest

import lossref
from grader.cases import draw
from grader.kinds.coding import check_spec
from grader.oracle import Oracle
from grader.task import read_task

# What an option cannot do without, or beside.
REFUSED = {
    "mean_by_weight": "needs the option weights",
    "batch": "belong together, so that it takes batches only",
    "variant": "label_smoothing goes with variant sigmoid",
}


def arrays(loss):
    return [p.name for p in loss.parameters if p.role != "hyper"]


def settings(loss):
    """Yield the options to try: each value of each convention, each hyper-parameter, one example, the axis."""
    for name, values in loss.conventions.items():
        yield from ({name: value} for value in values)
    for hyper in loss.hypers:
        yield {hyper.name: int(hyper.plausible[1]) if hyper.dtype == "int64" else hyper.plausible[1]}
    yield {"batch": False}
    if "axis" in loss.option_names and "axis" not in loss.conventions:
        yield {"axis": 0}
    if "reduction" in loss.conventions:
        yield {"batch": False, "reduction": "none"}


def tasks(loss):
    """Yield parameters, what is given, and options."""
    yield list(loss.parameter_names), "value", {}
    for options in settings(loss):
        yield arrays(loss), "value", options
        if loss.slopes:
            yield arrays(loss), "gradient", options
    for wrt in loss.slopes:
        yield arrays(loss), "gradient", {"with_respect_to": wrt}
        yield list(loss.parameter_names), "gradient", {"with_respect_to": wrt}


@pytest.mark.parametrize("name", lossref.names())
def test_every_option_makes_a_task_that_knows_right_from_wrong(name):
    loss = lossref.get(name)
    for parameters, gives, options in tasks(loss):
        table = {"function": "f", "parameters": parameters, "reference": name, "gives": gives, "options": options}
        problems = check_spec({"coding": table})
        if problems:
            assert any(word in {*options, *options.values()} and why in problems[0] for word, why in REFUSED.items())
            continue
        task = read_task({"coding": table})
        oracle = Oracle(task)
        ordinary = 0
        for case in draw(task, 1):
            right = oracle.expectation(case).value
            assert oracle.judge(right, case).fits, (options, case.name)
            if case.group == "ordinary":
                assert all(np.isfinite(part).all() for part in (right if isinstance(right, tuple) else (right,)))
                ordinary += not oracle.judge(moved(right), case).fits
        assert ordinary >= 10, (gives, options)


def moved(right):
    """Give a wrong answer: each number moved by 2 % and by a little more."""
    if isinstance(right, tuple):
        return tuple(map(moved, right))
    return 1.02 * np.asarray(right) + 1e-3


@pytest.mark.parametrize(
    ("options", "value", "spelling"),
    [
        ({"variant": "non-saturating"}, "non_saturating", "gan_generator"),
        ({"label_encoding": "zero-one"}, "zero_one", "hinge"),
        ({"log_base": "2"}, 2, "bce"),
        ({"log_base": "e"}, "e", "bce"),
        ({"reduction": "Sum"}, "sum", "mse"),
        ({"similar_label": "0"}, 0, "contrastive"),
    ],
)
def test_options_are_read_in_any_usual_spelling(options, value, spelling):
    table = {"function": "f", "parameters": arrays(lossref.get(spelling)), "reference": spelling, "options": options}
    assert check_spec({"coding": table}) == []
    assert list(read_task({"coding": table}).options.values()) == [value]


WEIGHTED = "def f(y, p, w): return np.sum(w * (y - p) ** 2) / {}"


@pytest.mark.parametrize(("reduction", "divisor"), [("mean", "y.size"), ("sum", "1"), ("mean_by_weight", "w.sum()")])
def test_weights_may_be_the_last_parameter(graded, reduction, divisor):
    for asked, name in itertools.product(("mean", "sum", "mean_by_weight"), ("weights", "sample_weight")):
        verdict = graded("mse", WEIGHTED.format(divisor), f"y p {name}", options={"reduction": asked})
        assert verdict.outcome == ("correct" if asked == reduction else "wrong")


CROSS_ENTROPY = """def f(y, z):
    kept = y != -100
    y, z = y[kept], z[kept] - z[kept].max(axis=1, keepdims=True)
    terms = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]
    w = {}
    return np.sum(w * terms) / {}
"""


@pytest.mark.parametrize(
    ("options", "weights", "divisor", "outcome"),
    [
        ({"class_weights": [1.0, 2.0, 5.0]}, "np.array([1, 2, 5])[y]", "len(y)", "correct"),
        ({"class_weights": [1.0, 2.0, 5.0]}, "np.array([1, 2, 5])[y]", "w.sum()", "wrong"),
        ({"class_weights": [1.0, 2.0, 5.0], "reduction": "mean_by_weight"}, "np.array([1, 2, 5])[y]", "w.sum()",
         "correct"),
        ({"ignore_index": -100}, "1", "len(y)", "correct"),
        ({"ignore_index": -100}, "1", "len(kept)", "wrong"),
    ],
)  # fmt: skip
def test_class_weights_and_ignored_labels_are_drawn_for(graded, options, weights, divisor, outcome):
    source = CROSS_ENTROPY.format(weights, divisor)
    for seed in range(3):
        assert graded("sparse_cce_with_logits", source, "y z", options=options, seed=seed).outcome == outcome


@pytest.mark.parametrize("gives", ["value", "metric", "transform"])
def test_what_a_name_gives_is_known_without_being_told(graded, gives):
    assert graded("accuracy", "def f(y, p): return np.mean(y == p)", gives=gives).outcome == "correct"
    assert graded("sigmoid", "def f(x): return 0.5 + 0.5 * np.tanh(x / 2)", "x", gives=gives).outcome == "correct"


def test_partial_may_stand_above_the_tables(grader):
    from grader.contract import GradeRequest

    table = {"function": "f", "parameters": ["y", "p"], "reference": "mse"}
    spec = {"partial": True, "coding": table}
    assert check_spec(spec) == []
    source = "import numpy as np\ndef f(y, p): return np.mean((y - p) ** 2) if y.ndim == 1 else 0.0"
    assert grader.decide(GradeRequest(kind="coding", spec=spec, answer=source, seed=7)).checks[0].share == 0.5
