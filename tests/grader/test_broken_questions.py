"""Sound questions, and such as are broken on purpose, through the command line: the exit code and the reason."""

import json

import pytest

from grader.__main__ import main
from grader.contract import GradeRequest
from grader.kill_matrix import results

SAID = "Write `f(y_true, p1)`. "

RIGHT = "import numpy as np\ndef f(y_true, p1):\n    return np.mean((y_true - p1) ** 2)\n"
HALF = RIGHT.replace("np.mean(", "0.5 * np.mean(")


@pytest.fixture
def certified(tmp_path, capsys):
    def run(spec, *, kind="coding", head="", correct=None, wrong=None, statement=""):
        (tmp_path / "question.toml").write_text(f'title = "T"\nkind = "{kind}"\n{head}')
        (tmp_path / "spec.toml").write_text(spec)
        (tmp_path / "statement.md").write_text(statement)
        for side, text in (("correct", correct), ("wrong", wrong)):
            (tmp_path / "solutions" / side).mkdir(parents=True)
            if text:
                (tmp_path / "solutions" / side / "own.py").write_text(text)
        code = main(["certify", str(tmp_path), "--seeds", "2"])
        lines = capsys.readouterr().out.splitlines()
        return code, lines[0].partition(" (")[0].partition(": ")[2], [line.strip() for line in lines[1:]]

    return run


SPEC = '[coding]\nfunction = "f"\nparameters = ["y_true", "p1"]\nreference = "mse"\n'


def test_a_sound_question_prints_its_kill_matrix(certified):
    code, word, lines = certified(SPEC, correct=RIGHT, wrong="# expects: R6\n" + HALF, statement=SAID)
    assert (code, word) == (0, "certified")
    assert [line.split() for line in lines if line.startswith("R1 ")] == [
        ["R1", "sum", "instead", "of", "mean", "ordinary", "named"],
        ["R1", "averaged", "twice", "ordinary", "named"],
    ]


def test_a_check_too_weak_to_see_a_mistake_is_not_published(certified):
    code, word, lines = certified(SPEC + "rtol = 0.6\n", correct=RIGHT)
    assert (code, word) == (1, "may not be published")
    assert "mistake R6 extra factor 1/2 (variant 0): is graded as right" in lines


def test_an_absolute_tolerance_above_the_values_is_not_published(certified):
    code, word, lines = certified(SPEC + "atol = 1e9\n", correct=RIGHT)
    assert (code, word) == (1, "may not be published")
    assert any(line.endswith("is graded as right") for line in lines)


def test_a_solution_that_the_reference_contradicts_is_not_published(certified):
    code, word, lines = certified(SPEC, correct=HALF)
    assert (code, word) == (1, "may not be published")
    assert lines[0].startswith("own.py (variant 0, seed 0): a correct solution is graded wrong: 18 of 18 ordinary")


def test_a_wrong_solution_caught_by_another_finding_is_not_published(certified):
    code, word, lines = certified(SPEC, wrong="# expects: R2\n" + HALF)
    assert (code, word) == (1, "may not be published")
    assert lines[0] == (
        "own.py (variant 0, seed 0): expected R2 to catch it; it was wrong by R6, correctness, edge_cases, "
        "numerical_stability"
    )


def test_a_key_whose_two_ways_differ_is_not_published(certified):
    spec = '[numeric]\nanswer = "ln(1 + exp(@{z}))"\n[numeric.lossref]\nreference = "bce_with_logits"\n'
    spec += 'args = {y_true = [1], z = ["@{z}"]}\n'
    head = "[[variants]]\nz = 0\n[[variants]]\nz = 2\n"
    code, word, lines = certified(spec, kind="numeric", head=head)
    assert (code, word) == (1, "may not be published")
    assert lines[0] == "variant 1: the key is 2.12692801104 by its expression, and lossref gives 0.126928011043"


def test_a_variant_that_stands_twice_is_not_published(certified):
    head = "[[variants]]\nz = 1\n[[variants]]\nz = 2\n[[variants]]\nz = 1\n"
    code, _, lines = certified('[numeric]\nanswer = "@{z}"\n', kind="numeric", head=head)
    assert (code, lines[0]) == (1, "variant 2 is variant 0 again")


def test_a_statement_that_leaves_a_rule_out_is_not_published(certified):
    code, _, lines = certified(SPEC + 'forbid = ["loops"]\n', correct=RIGHT, statement=SAID)
    assert (code, lines[0]) == (1, "statement.md: loops counts, which is not stated")


def test_a_solution_near_its_limit_is_not_published(certified):
    slow = RIGHT.replace("    return", "    sum(range(300_000))\n    return")
    code, _, lines = certified(SPEC + "[limits]\ntotal_seconds = 0.2\n", correct=slow)
    assert code == 1
    assert "own.py" in lines[0]


def test_the_report_in_json_counts_what_was_computed_two_ways(certified, tmp_path, capsys):
    certified(SPEC, correct=RIGHT)
    assert main(["certify", str(tmp_path), "--seeds", "1", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["publishable"], report["two_ways"]) == (True, 2)
    assert report["trials"][0]["seconds"] > 0.0


def test_mistakes_that_change_nothing_stay_unobservable_beside_float32(grader):
    table = {"function": "f", "parameters": ["y", "p"], "reference": "huber", "draw": ["float32", "empty"]}
    request = GradeRequest(kind="coding", spec={"coding": table}, answer="", seed=1)
    found = [result for _, result in results(request, [1], grader.sandboxes)]
    assert set(found) <= {"named", "alias", "unobservable"}
