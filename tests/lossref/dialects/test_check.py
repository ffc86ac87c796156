"""The command that checks a file of other libraries' values, and the one that calls their functions."""

import gzip
import io
import json
import sys

import numpy as np
import pytest

from lossref.__main__ import main
from lossref.dialects import call
from lossref.dialects._peer_file import decoded
from lossref.dialects.check import check_cases


def array(*data, dtype="float64", shape=None):
    return {"dtype": dtype, "shape": [len(data)] if shape is None else shape, "data": list(data)}


def case(**changes):
    return {
        "id": "c1",
        "api": "torch.nn.functional.mse_loss",
        "library": "torch",
        "args": {"input": array(3.0, 1.0), "target": array(1.0, 1.0)},
        "options": {"reduction": "sum"},
        "expected": array(4.0, shape=[]),
        "expected_grad_wrt": {"input": array(4.0, 0.0), "target": array(-4.0, 0.0)},
        "rtol": 1e-9,
        "atol": 1e-12,
    } | changes


def found(**changes):
    """What the report says about one changed case: the failures' sentences, without case and API."""
    report = check_cases([case(**changes)])
    return [f"{failure.what}: {failure.detail}" for failure in report.failures]


def test_a_case_that_agrees_passes():
    report = check_cases([case(), case(library="keras")])
    assert report.failures == []
    assert report.summary() == ["keras: 1 of 1 pass", "torch: 1 of 1 pass"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"expected": array(4.1, shape=[])}, "value: expected 4.1, 4.0 came at () (1 of 1 entries)"),
        ({"expected": array(4.0)}, "value: expected the shape (1,), () came"),
        ({"expected": array("nan", shape=[])}, "value: expected nan, 4.0 came at () (1 of 1 entries)"),
        (
            {"expected_grad_wrt": {"input": array(4.0, 0.1)}},
            "gradient in input: expected 0.1, 0.0 came at (1,) (1 of 2 entries)",
        ),
        ({"api": "torch.nn.functional.mse"}, "case: UnknownApi: no dialect has the API 'torch.nn.functional.mse'"),
        (
            {"options": {"reductoin": "sum"}},
            "case: TypeError: torch.nn.functional.mse_loss has no argument 'reductoin'",
        ),
        (
            {"expected_hessian_diag": array(2.0, 2.0)},
            "second derivative: TypeError: torch.nn.functional.mse_loss gives no",
        ),
        (
            {
                "expected_grad_wrt": {},
                "expected_grad_summary": {"input": {"sum": 5.0, "l2": 4.0, "first5": array(4.0)}},
            },
            "gradient in input: expected the sum 5.0, 4.0 came",
        ),
    ],
)
def test_what_differs_is_told_once_with_the_worst_entry(changes, sentence):
    (told,) = found(**changes)
    assert told.startswith(sentence)


def test_tolerance_is_relative_to_the_expected_value():
    assert found(expected=array(4.0 * (1 + 0.9e-9), shape=[])) == []
    assert len(found(expected=array(4.0 * (1 + 1.1e-9), shape=[]))) == 1


def test_a_library_s_own_error_may_be_matched_or_mended():
    overflowing = {
        "api": "torch.nn.functional.soft_margin_loss",
        "args": {"input": array(-1000.0), "target": array(1.0)},
        "expected": array("inf", shape=[]),
        "expected_grad_wrt": {"input": array("nan")},
        "mp_truth": array(1000.0, shape=[]),
    }
    assert len(found(**overflowing)) == 2
    assert found(**overflowing, tags=["library_differs_from_exact_value"]) == []


def test_one_tensor_given_twice_has_the_sum_of_both_gradients():
    logs = array(0.5, 1.0)
    same = {
        "api": "torch.nn.KLDivLoss",
        "args": {"input": logs, "target": logs},
        "options": {"log_target": True, "reduction": "sum"},
        "expected": array(0.0, shape=[]),
    }
    assert found(**same, expected_grad_wrt={"input": array(0.0, 0.0)}) == []
    assert found(**same, expected_grad_wrt={"input": array(-np.exp(0.5), -np.e)}) == []
    assert len(found(**same, expected_grad_wrt={"input": array(1.0, 1.0)})) == 1


def test_a_flag_and_a_tensor_of_one_name():
    rate = {
        "api": "torch.nn.PoissonNLLLoss",
        "args": {"log_input": array(2.0), "target": array(3.0)},
        "options": {"log_input": False, "eps": 0.0, "reduction": "sum"},
        "expected": array(2.0 - 3.0 * np.log(2.0), shape=[]),
        "expected_grad_wrt": {"log_input": array(-0.5)},
    }
    assert found(**rate) == []


def test_large_arrays_are_drawn_from_their_seed():
    drawn = {"gen": "numpy.random.RandomState(seed).standard_normal", "seed": 7, "shape": [3], "dtype": "float32"}
    normal = np.random.RandomState(7).standard_normal(3).astype(np.float32)
    np.testing.assert_array_equal(decoded(drawn), normal)
    np.testing.assert_array_equal(decoded(drawn | {"post": "(x>0.5).astype(dtype)"}), (normal > 0.5).astype(np.float32))
    np.testing.assert_array_equal(decoded(drawn | {"post": "-x*2 + dtype(1e4)"}), -normal * 2 + np.float32(1e4))
    rows = drawn | {"shape": [2, 3], "post": "np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)"}
    np.testing.assert_allclose(decoded(rows).sum(axis=1), 1.0, rtol=1e-6)
    whole = {"gen": "numpy.random.RandomState(seed).randint(0,10,size)", "seed": 7, "shape": [4], "dtype": "int64"}
    np.testing.assert_array_equal(decoded(whole), np.random.RandomState(7).randint(0, 10, 4))
    zeros = drawn | {"gen": "numpy.random.RandomState(seed).zeros"}
    np.testing.assert_array_equal(decoded(zeros), np.zeros(3, np.float32))


@pytest.mark.parametrize("post", ["__import__('os')", "x.tofile('y')", "[x]", "y + 1", "open('y')"])
def test_a_file_runs_no_code_of_its_own(post):
    with pytest.raises(ValueError, match="expected arithmetic on x"):
        decoded(
            {
                "gen": "numpy.random.RandomState(seed).random_sample",
                "seed": 0,
                "shape": [1],
                "dtype": "float64",
                "post": post,
            }
        )
    with pytest.raises(ValueError, match="expected a draw"):
        decoded({"gen": post, "seed": 0, "shape": [1], "dtype": "float64"})


@pytest.mark.parametrize("name", ["values.jsonl", "values.jsonl.gz"])
def test_command_prints_a_line_a_failure_and_the_summary(name, tmp_path, capsys):
    text = json.dumps(case()) + "\n\n" + json.dumps(case(id="c2", expected=5.0)) + "\n"
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    assert main(["check", str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "c2 torch.nn.functional.mse_loss: value: expected 5.0, 4.0 came at () (1 of 1 entries)",
        "torch: 1 of 2 pass",
    ]
    path.write_bytes(path.read_bytes()[:0])
    assert main(["check", str(path)]) == 0


@pytest.fixture
def run(capsys, monkeypatch):
    def run(*argv, lines):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(json.dumps(line) + "\n" for line in lines)))
        code = main(["call", *argv])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_call_gives_value_or_gradient_a_line(run):
    lines = [
        {"args": {"input": [3.0, 0.5], "target": [0, 0]}, "options": {"reduction": "none", "delta": 2.0}},
        {"args": {"input": array(3.0, dtype="float32"), "target": [0.0], "delta": 2}},
        {"args": {"inputs": [1.0]}},
        {"args": {"input": ["inf"], "target": [0.0]}},
    ]
    assert run("torch.nn.functional.huber_loss", lines=lines) == (
        0,
        [
            {"value": [4.0, 0.125]},
            {"value": 4.0},
            {"error": "TypeError: torch.nn.functional.huber_loss has no argument 'inputs'; did you mean input?"},
            {"value": "inf"},
        ],
    )
    assert run("torch.nn.functional.huber_loss", "--wrt", "input", lines=lines[:1]) == (0, [{"value": [2.0, 0.5]}])


def test_call_takes_arrays_among_the_options_and_plain_numbers_as_they_are(run):
    weighted = {
        "args": {"input": [[0.0, 0.0]], "target": [1]},
        "options": {"weight": array(1.0, 3.0), "reduction": "sum"},
    }
    assert run("torch.nn.CrossEntropyLoss", lines=[weighted])[1] == [{"value": pytest.approx(3 * np.log(2))}]
    distance = {"args": {"x1": [[3.0, 4.0]], "x2": [[0.0, 0.0]]}, "options": {"p": "inf", "eps": 0}}
    assert run("torch.nn.functional.pairwise_distance", lines=[distance])[1] == [{"value": [4.0]}]


def test_call_of_an_unknown_name_is_refused_with_the_nearest(run, capsys):
    assert main(["call", "torch.nn.HuberLos"]) == 2
    assert "did you mean torch.nn.HuberLoss" in capsys.readouterr().err


def test_several_axes_may_come_as_an_array():
    scores, labels = np.arange(8.0).reshape(2, 2, 2) ** 1.5, np.array([1, 3])
    api = "optax.losses.softmax_cross_entropy_with_integer_labels"
    as_pair = call(api, scores, labels, axis=(1, 2))
    assert call(api, scores, labels, axis=np.array([1, 2])).tolist() == as_pair.tolist()
