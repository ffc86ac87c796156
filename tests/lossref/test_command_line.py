import io
import json
import subprocess
import sys

import numpy as np
import pytest

from lossref import get, names
from lossref.__main__ import decoded, main


@pytest.fixture
def run(capsys, monkeypatch):
    """Run a command on lines of standard input; gives the exit code and the lines of standard output."""

    def run(*argv, lines=()):
        text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        code = main(argv)
        return code, capsys.readouterr().out.splitlines()

    return run


def test_value_answers_each_line_in_order(run):
    lines = [
        {"args": {"y_true": [1.0, 2.0], "y_pred": [1.5, 1.0]}, "options": {"reduction": "none"}},
        {"args": {"y_true": [1, 2], "y_pred": [1, 4], "delta": 1.0}},
        {"args": {"y_true": [1, 2], "y_pred": [1, 4]}, "options": {"delta": 4.0, "reduction": "sum"}},
    ]
    code, out = run("value", "huber", lines=lines)
    assert code == 0
    assert [json.loads(line) for line in out] == [{"value": [0.125, 0.5]}, {"value": 0.75}, {"value": 2.0}]


def test_arrays_with_dtype_and_shape_and_non_finite_numbers(run):
    p = {"dtype": "float32", "shape": [2, 1], "data": [0.0, 0.5]}
    line = {"args": {"y_true": [[1], [0]], "p": p}, "options": {"reduction": "none"}}
    _, out = run("value", "bce", lines=[line])
    assert json.loads(out[0]) == {"value": [["inf"], [float(np.float32(np.log(2)))]]}
    _, out = run("value", "sparse_cce_with_logits", lines=[{"args": {"y_true": [0], "z": [[0.0, "-inf"]]}}])
    assert json.loads(out[0]) == {"value": 0.0}


def test_gradient_with_respect_to_a_named_argument(run):
    line = {"args": {"y_true": [1.0, 2.0], "y_pred": [1.5, 1.0]}}
    assert json.loads(run("gradient", "mse", lines=[line])[1][0]) == {"value": [0.5, -1.0]}
    assert json.loads(run("gradient", "mse", "--wrt", "y_true", lines=[line])[1][0]) == {"value": [-0.5, 1.0]}
    line["options"] = {"with_respect_to": "y_true"}
    assert json.loads(run("gradient", "mse", lines=[line])[1][0]) == {"value": [-0.5, 1.0]}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{not json\n", "JSONDecodeError"),
        ("[1, 2]\n", "expected one object a line"),
        ({"args": {"y_true": [1.0], "y_pred": [[1.0]]}}, "ShapeError"),
        ({"args": {"y_true": [1.0], "y_pred": ["nan"]}}, "DomainError"),
        ({"args": {"y_true": [1.0]}}, "missing: y_pred"),
        ({"args": {"y_true": [1.0], "y_pred": [1.0]}, "options": {"log_base": 2}}, "no option 'log_base'"),
        ({"args": {"y_true": [], "y_pred": []}}, "EmptyError"),
        ({"args": {"y_true": [1.0], "y_pred": {"data": [1.0]}}}, "an array is nested lists"),
        ({"args": {"y_true": [[1.0], [1.0, 2.0]], "y_pred": [1.0]}}, "ValueError"),
    ],
)
def test_a_bad_line_gets_an_error_and_the_next_is_answered(run, line, message):
    good = {"args": {"y_true": [1.0], "y_pred": [3.0]}}
    code, out = run("value", "mse", lines=[line, good])
    assert code == 0
    assert message in json.loads(out[0])["error"]
    assert json.loads(out[1]) == {"value": 4.0}


def test_an_unknown_name_ends_with_two_and_the_nearest_names(run, capsys):
    assert main(["value", "mean_squared"]) == 2
    assert "mean_squared_error" in capsys.readouterr().err


def test_list_names_every_loss(run):
    _, out = run("list")
    assert [json.loads(line)["name"] for line in out] == list(names())


@pytest.mark.parametrize("name", names())
def test_show_gives_the_metadata(run, name):
    _, out = run("show", name)
    shown = json.loads("\n".join(out))
    spec = get(name)
    assert shown["latex"] == spec.latex
    assert [parameter["name"] for parameter in shown["parameters"]] == [p.name for p in spec.parameters]
    assert {option: tuple(values) for option, values in shown["conventions"].items()} == spec.conventions
    assert shown["symbolic_form"] == spec.has_symbolic_form
    assert shown["properties"] == sorted(spec.properties)


def test_certify_says_passed_for_each_name(run):
    code, out = run("certify", "mse", "hinge")
    assert code == 0
    assert [(json.loads(line)["name"], json.loads(line)["passed"]) for line in out] == [
        ("mean_squared_error", True),
        ("hinge", True),
    ]


def test_decoding_keeps_whole_numbers_whole():
    assert decoded([1, 2]).dtype.kind == "i"
    assert decoded({"dtype": "float32", "shape": [], "data": [1.5]}).shape == ()


def test_the_module_runs_as_a_program():
    line = json.dumps({"args": {"y_true": [0.0], "y_pred": [2.0]}})
    done = subprocess.run(
        [sys.executable, "-m", "lossref", "value", "mse"], input=line, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {"value": 4.0}
