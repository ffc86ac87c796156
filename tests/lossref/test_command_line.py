import dataclasses
import importlib
import io
import json
import os
import pty
import subprocess
import sys

import numpy as np
import pytest

import lossref
from lossref import get, names
from lossref.__main__ import main
from lossref._wire import decoded, encoded


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


def test_list_names_every_loss_and_where_it_is(run):
    code, out = run("list")
    rows = [json.loads(line) for line in out]
    assert code == 0
    assert [row["name"] for row in rows] == list(names())
    for row in rows:
        module, _, name = row["where"].rpartition(".")
        assert getattr(importlib.import_module(module), name) is getattr(lossref, row["name"])


def test_list_of_a_family(run):
    _, out = run("list", "--family", "regularizers")
    assert {json.loads(line)["family"] for line in out} == {"regularizers"}
    assert "l1_penalty" in {json.loads(line)["name"] for line in out}


def test_list_as_text_is_a_table_with_aligned_columns(run):
    _, out = run("list", "--text")
    header, rule, *rows = out
    assert len(rows) == len(names())
    start = header.index("name")
    assert [row[start:].split()[0] for row in rows] == list(names())
    assert all(row[start - 1] == " " for row in (header, rule, *rows))


@pytest.mark.parametrize("name", names())
def test_show_gives_the_metadata(run, name):
    _, out = run("show", name)
    shown = json.loads("\n".join(out))
    spec = get(name)
    assert shown["latex"] == spec.latex
    assert [parameter["name"] for parameter in shown["parameters"]] == [p.name for p in spec.parameters]
    assert shown["conventions"] == encoded(spec.conventions)
    assert shown["symbolic_form"] == spec.has_symbolic_form
    assert shown["properties"] == sorted(spec.properties)


@pytest.mark.parametrize("name", names())
def test_show_as_text_says_what_is_known(run, name):
    code, out = run("show", "--text", name)
    spec = get(name)
    assert code == 0
    assert out[0].startswith(spec.name)
    assert out[1] == spec.summary
    for said in (spec.minimizer, *spec.references, *spec.parameter_names, *spec.properties, *spec.conventions):
        assert any(said in line for line in out[2:])


def test_show_knows_bounds_peers_and_derivatives(run):
    shown = json.loads("\n".join(run("show", "huber")[1]))
    assert shown["bounds"] == [0.0, "inf"]
    assert shown["hessian_diagonal_wrt"] == ["y_pred", "y_true"]
    assert {"api": "torch.nn.functional.huber_loss"}.items() <= shown["peers"][0].items()


def test_certify_gives_the_worst_errors_and_the_definition(run):
    code, out = run("certify", "--points", "400", "mse", "hinge")
    lines = [json.loads(line) for line in out]
    assert code == 0
    assert [(line["name"], line["passed"]) for line in lines] == [("mean_squared_error", True), ("hinge", True)]
    assert lines[0]["points"] >= 400
    assert 0.0 < lines[0]["value"]["ulp"] <= 4.0
    assert len(lines[0]["value"]["at"]) == 2
    assert set(lines[0]["gradients"]) == {"y_pred", "y_true"}
    assert "largest term" in lines[0]["definition"]


def test_certify_of_an_entry_without_a_form_ends_with_two(run, capsys):
    assert main(["certify", "ctc"]) == 2
    assert "ctc has no symbolic form" in capsys.readouterr().err


def test_certify_as_text_prints_the_definition_first(run):
    code, out = run("certify", "--text", "--points", "200", "huber")
    assert code == 0
    assert out[0].startswith("error in ulp = |computed - exact| / ulp(t)")
    assert any(line.split()[0] == "huber" and line.endswith("passed") for line in out if line.strip())


def test_a_failed_certificate_is_told_and_ends_with_one(run, monkeypatch):
    careless = dataclasses.replace(get("huber"), properties=frozenset())
    monkeypatch.setattr("lossref.certify.get", lambda _: careless)
    code, out = run("certify", "--points", "200", "huber")
    assert code == 1
    assert json.loads(out[0])["passed"] is False
    assert any("holds but is not claimed" in failure for failure in json.loads(out[0])["failures"])
    code, out = run("certify", "--text", "--points", "200", "huber")
    assert code == 1
    assert any(line.lstrip().startswith("FAILED: property") for line in out)


def test_decoding_keeps_whole_numbers_whole():
    assert decoded([1, 2]).dtype.kind == "i"
    assert decoded({"dtype": "float32", "shape": [], "data": [1.5]}).shape == ()


def test_the_module_runs_as_a_program():
    line = json.dumps({"args": {"y_true": [0.0], "y_pred": [2.0]}})
    done = subprocess.run(
        [sys.executable, "-m", "lossref", "value", "mse"], input=line, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {"value": 4.0}


def test_a_terminal_gets_text():
    terminal, end = pty.openpty()
    with subprocess.Popen([sys.executable, "-m", "lossref", "show", "mse"], stdout=end) as program:
        os.close(end)
        with os.fdopen(terminal, "rb") as reading:
            assert reading.readline().startswith(b"mean_squared_error (mse)")
        program.wait()


def test_a_reader_that_goes_away_is_no_error():
    arguments = [sys.executable, "-m", "lossref", "value", "mse"]
    line = b'{"args": {"y_true": [0.0], "y_pred": [1.0]}}\n'
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(arguments, **pipes) as program:
        program.stdin.write(line)
        program.stdin.flush()
        assert program.stdout.readline() == b'{"value": 1.0}\n'
        program.stdout.close()
        program.stdin.write(line)
        program.stdin.close()
        assert program.stderr.read() == b""
        assert program.wait() == 141


def test_arrays_are_drawn_from_their_seed_as_arguments_and_as_options(run):
    def draw(method, **more):
        return {
            "gen": f"numpy.random.RandomState(seed).{method}",
            "seed": 7,
            "shape": [5],
            "dtype": "float32",
            **more,
        }

    line = {
        "args": {"y_true": draw("standard_normal"), "y_pred": draw("standard_normal", post="2 * x + dtype(1)")},
        "options": {"weights": draw("random_sample"), "reduction": "none"},
    }
    drawn = np.random.RandomState(7).standard_normal(5).astype(np.float32)
    weights = np.random.RandomState(7).random_sample(5).astype(np.float32)
    got = json.loads(run("value", "mse", lines=[line])[1][0])["value"]
    assert got == pytest.approx(weights * (drawn + 1) ** 2, rel=1e-6)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"args": ' + "[" * 100_000 + "]" * 100_000 + "}\n", "RecursionError"),
        ({"args": {"y_true": [1.0], "y_pred": [1.0]}, "options": [1]}, "expected one object a line"),
        ({"args": {"y_true": [1.0], "y_pred": [1.0]}, "options": {"y_pred": [1.0]}}, "came in both"),
        ({"args": {"y_true": [1.0], "y_pred": {"gen": "os.system('x')", "seed": 1}}}, "an array is"),
        ({"args": {"y_true": {"dtype": "int64", "shape": [1], "data": ["nan"]}, "y_pred": [1.0]}}, "ValueError"),
        ({"args": {"y_true": [1.0], "y_pred": [1.0]}, "options": {"batch": "false"}}, "batch is True or False"),
    ],
)
def test_a_line_of_the_wrong_form_gets_an_error(run, line, message):
    code, out = run("value", "mse", lines=[line])
    assert code == 0
    assert message in json.loads(out[0])["error"]


def test_what_is_off_by_null_is_off(run):
    line = {"args": {"y_true": [1], "p": [0.5], "alpha": None}}
    without = {"args": {"y_true": [1], "p": [0.5]}}
    out = run("value", "binary_focal", lines=[line, without])[1]
    assert out[0] == out[1]


def test_options_of_a_gradient_do_not_disturb_the_value(run):
    line = {"args": {"y_true": [1.0], "y_pred": [3.0]}, "options": {"with_respect_to": "y_true"}}
    assert json.loads(run("value", "mse", lines=[line])[1][0]) == {"value": 4.0}


def test_bytes_that_are_no_text_spoil_their_own_line_alone():
    lines = b'\xff\xfe\n{"args": {"y_true": [0.0], "y_pred": [2.0]}}\n'
    command = [sys.executable, "-X", "utf8", "-m", "lossref", "value", "mse"]
    out = subprocess.run(command, input=lines, capture_output=True, check=True).stdout.splitlines()
    assert "JSONDecodeError" in json.loads(out[0])["error"]
    assert json.loads(out[1]) == {"value": 4.0}
