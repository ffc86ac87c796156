import json

import pytest

from grader.certify import certify
from grader.questions import read_question

CODING = """[coding]
function = "mse"
parameters = ["y", "p"]
reference = "mse"
"""
RIGHT = "def mse(y, p):\n    return ((y - p) ** 2).mean()\n"
SUM = "def mse(y, p):\n    return ((y - p) ** 2).sum()\n"


@pytest.fixture
def folder(tmp_path):
    def write(kind, spec, *, head="", correct=(), wrong=()):
        (tmp_path / "question.toml").write_text(f'title = "T"\nkind = "{kind}"\n{head}')
        (tmp_path / "spec.toml").write_text(spec)
        for side, texts in (("correct", correct), ("wrong", wrong)):
            (tmp_path / "solutions" / side).mkdir(parents=True)
            for number, text in enumerate(texts):
                (tmp_path / "solutions" / side / f"{number}.txt").write_text(text)
        return read_question(tmp_path)

    return write


def test_a_question_whose_solutions_do_as_declared_is_certified(folder, grader):
    question = folder("coding", CODING, correct=[RIGHT], wrong=["# expects: R1, correctness\n" + SUM])
    said: list[str] = []
    report = certify(question, grader, range(4), said.append)
    assert (said[0], said[7]) == ("solution 1 of 2 on seed 0", "solution 2 of 2 on seed 3")
    assert said[8:] == [f"mistake {kill.code}" for kill in report.kills]
    assert (report.publishable, report.problems) == (True, ())
    assert [(t.solution, t.outcome, t.score) for t in report.trials] == [
        ("0.txt", "correct", 1.0),
        ("0.txt", "wrong", 0.0),
    ]
    assert {kill.result for kill in report.kills} == {"named"}
    assert {"R1", "R2", "R5", "R6", "S1", "X4"} <= {kill.code for kill in report.kills}
    assert json.loads(json.dumps(report.to_json()))["publishable"] is True


@pytest.mark.parametrize(
    ("correct", "wrong", "problem"),
    [
        (SUM, None, "0.txt (variant 0, seed 0): a correct solution is graded wrong: 18 of 18 ordinary cases are wrong"),
        (RIGHT, "# expects: R2\n" + SUM, ("0.txt (variant 0, seed 0): expected R2 to catch it; it was wrong by R1, "
                                         "correctness, edge_cases, numerical_stability")),
        (RIGHT, "# expects: R1\n" + RIGHT, "0.txt (variant 0, seed 0): a wrong solution is graded correct"),
    ],
)  # fmt: skip
def test_a_solution_that_does_otherwise_stands_against_publishing(folder, grader, correct, wrong, problem):
    report = certify(folder("coding", CODING, correct=[correct], wrong=[wrong] if wrong else []), grader, seeds=[0])
    assert (report.publishable, len(report.problems)) == (False, 1)
    assert report.problems[0].startswith(problem)


def test_tolerances_that_let_a_mistake_through_stand_against_publishing(folder, grader):
    report = certify(folder("coding", CODING + "rtol = 5.0\n", correct=[RIGHT]), grader, seeds=[0])
    assert "mistake R6 missing factor 1/2 (variant 0): is graded as right" in report.problems


def test_a_broken_reference_stands_against_publishing(folder, grader, tmp_path):
    (tmp_path / "reference.py").write_text("def mse(y, p):\n    raise RuntimeError('no')\n")
    spec = CODING.replace('"mse"\n', '"mse"\n', 1).replace('reference = "mse"', 'reference = "reference.py"')
    report = certify(folder("coding", spec), grader, seeds=[0])
    assert report.problems == ("variant 0: reference.py: fails on the case 'sample 1': RuntimeError on line 2: no",)


def test_every_variant_is_tried_with_its_own_key(folder, grader):
    head = "[[variants]]\np = 0.5\n[[variants]]\np = 0.25\n"
    spec = '[numeric]\nanswer = "-ln(@{p})"\nrtol = 1e-3\natol = 0\n'
    wrong = ["# expects: S1\nln(@{p})", "# expects: L1\n-log2(@{p})"]
    report = certify(folder("numeric", spec, head=head, correct=["-ln(@{p})"], wrong=wrong), grader)
    assert report.problems == ()
    assert [(t.variant, t.solution, t.outcome) for t in report.trials] == [
        (variant, name, outcome)
        for variant in (0, 1)
        for name, outcome in (("the key", "correct"), ("0.txt", "correct"), ("0.txt", "wrong"), ("1.txt", "wrong"))
    ]
    assert len(set(report.spec_hashes)) == 2


def test_a_key_that_is_not_graded_right_stands_against_publishing(folder, grader):
    spec = '[choice]\noptions = [{text = "a", credit = 0.5}, {text = "b"}]\n'
    report = certify(folder("choice", spec), grader)
    assert report.problems == (
        "the key (variant 0, seed 0): a correct solution is graded partial: The chosen option is not the right one.",
    )


VARIANTS = "[[variants]]\na = 0\n[[variants]]\na = 3\n"
SLOPE = '[derivation]\nreference = "2*@{a}*x"\nloss = "@{a}*x^2"\nwrt = "x"\nvariables = { x = "real" }\n'


def test_a_variant_of_a_derivation_whose_key_a_guess_finds_is_not_certified(folder, grader):
    report = certify(folder("derivation", SLOPE, head=VARIANTS), grader)
    assert report.problems == ("the guess 0 (variant 0, seed 0): a wrong solution is graded correct",)
    assert {t.solution for t in report.trials if t.variant == 1} >= {"the guess 0", "the guess 1", "the guess -1"}


def test_variants_that_ask_the_same_are_told_whatever_their_parameters(folder, grader):
    head = "[[variants]]\na = 3\nname = 'one'\n[[variants]]\na = 3\nname = 'two'\n"
    report = certify(folder("derivation", SLOPE, head=head), grader)
    assert "variant 1 is variant 0 again" in report.problems
