import json
import resource
import subprocess
import sys

import pytest

from grader.__main__ import main

MSE = '[coding]\nfunction = "f"\nparameters = ["y", "p"]\nreference = "mse"\n'


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "mse"
    path.mkdir()
    (path / "question.toml").write_text('title = "MSE"\nkind = "coding"\n')
    (path / "spec.toml").write_text(MSE)
    return path


@pytest.fixture
def answer(tmp_path):
    def write(text):
        path = tmp_path / "answer"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def test_grade_prints_the_verdict_as_one_json_object(folder, answer, capsys):
    assert (
        main(["grade", str(folder), answer("def f(y, p): return ((y - p) ** 2).sum()"), "--json", "--seed", "5"]) == 0
    )
    (line,) = capsys.readouterr().out.splitlines()
    verdict = json.loads(line)
    assert (verdict["outcome"], verdict["score"]) == ("wrong", 0.0)
    assert [check["name"] for check in verdict["checks"]] == ["correctness", "edge_cases", "numerical_stability"]
    assert verdict["findings"][0]["code"] == "R1"
    assert (verdict["provenance"]["seed"], set(verdict) >= {"timing", "provenance"}) == (5, True)


def test_grade_without_json_is_for_people(folder, answer, capsys):
    assert main(["grade", str(folder), answer("def f(y, p): return ((y - p) ** 2).mean()")]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "correct, score 1.000",
        "  correctness (6): passed. All 18 ordinary cases are right.",
    ]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (b"", "rejected"),
        (b"\xff\xfe\x00binary", "rejected"),
        (b"def f(y, p): return 1\r\n", "wrong"),
        (b"(" * 10**7, "rejected"),
    ],
)
def test_any_bytes_are_an_answer_with_a_verdict(folder, answer, capsys, text, outcome):
    assert main(["grade", str(folder), answer(text), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == outcome


def test_a_broken_question_is_told_on_stderr_with_code_2(folder, answer, capsys):
    (folder / "spec.toml").write_text(MSE.replace("mse", "mze"))
    assert main(["grade", str(folder), answer("1"), "--json"]) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    assert "spec.toml: coding.reference: the catalogue has no loss 'mze'" in streams.err


@pytest.mark.parametrize("arguments", [["grade"], ["grade", "nowhere", "nothing"], ["mark", "x"], []])
def test_a_broken_call_has_code_2(arguments, capsys):
    assert_broken(arguments, capsys)


@pytest.mark.parametrize("seed", ["-3", "abc", "1.5", "²"])
def test_a_seed_that_is_no_whole_number_has_code_2(folder, answer, capsys, seed):
    assert_broken(["grade", str(folder), answer("def f(y, p): return 0.0"), f"--seed={seed}"], capsys)


def assert_broken(arguments, capsys):
    try:
        code = main(arguments)
    except SystemExit as error:
        code = error.code
    assert (code, capsys.readouterr().err != "") == (2, True)


def test_a_variant_that_is_not_there_has_code_2(folder, answer, capsys):
    assert main(["grade", str(folder), answer("1"), "--variant", "3"]) == 2
    assert capsys.readouterr().err == "mse has variants 0 to 0, not 3\n"


def test_certify_says_what_stands_against_publishing(folder, capsys):
    assert main(["certify", str(folder), "--seeds", "1"]) == 0
    assert capsys.readouterr().out.startswith("mse: certified")
    (folder / "spec.toml").write_text(MSE + "rtol = 5.0\n")
    assert main(["certify", str(folder), "--seeds", "1"]) == 1
    assert "mse: may not be published" in capsys.readouterr().out
    (folder / "spec.toml").write_text("")
    assert main(["certify", str(folder)]) == 2


def test_certify_prints_json_a_folder(folder, capsys):
    assert main(["certify", str(folder), str(folder), "--seeds", "1", "--json"]) == 0
    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [report["publishable"] for report in reports] == [True, True]


def test_probe_is_green_here(capsys):
    assert main(["probe"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 10
    assert all(line.startswith("green") for line in lines)


def test_grading_from_the_shell_is_quick_and_leaves_no_process(folder, answer):
    command = [sys.executable, "-m", "grader", "grade", str(folder), answer("def f(y, p): return 0.0"), "--json"]
    taken = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        # The pipes end only when every process that holds them has ended.
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # Processor time: the wall clock also counts what else the machine is doing.
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert json.loads(ended.stdout)["outcome"] == "wrong"
    assert min(taken) < 1.5


def test_a_reader_that_goes_away_is_no_error():
    arguments = [sys.executable, "-m", "grader", "algebra", "--jsonl"]
    line = b'{"id": "a", "variables": {"z": "real"}, "reference": "z", "answer": "z"}\n'
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(arguments, **pipes) as program:
        program.stdin.write(line)
        program.stdin.flush()
        assert b"true" in program.stdout.readline()
        program.stdout.close()
        program.stdin.write(line)
        program.stdin.close()
        assert program.stderr.read() == b""
        assert program.wait() == 141
