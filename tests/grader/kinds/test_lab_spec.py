"""Lab questions: what a table may say, and that certification stops what its training does not tell apart."""

from __future__ import annotations

import copy
import json

import pytest

from grader.certify import certify
from grader.kinds.lab import check_spec
from grader.questions import QuestionError, read_files
from tests.grader.kinds.test_lab import HUBER, OPEN, RATES, SQUARED, TABLE


def changed(table, **fields):
    return {key: value for key, value in {**copy.deepcopy(table), **fields}.items() if value is not None}


@pytest.mark.parametrize("table", [TABLE, OPEN, RATES, changed(OPEN, data={"share": 0.2}, steps=50, momentum=0.0)])
def test_whole_tables_have_no_problem(table):
    assert check_spec({"lab": table}) == []


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (changed(TABLE, function=None), "lab: expected function (the answer is code) or choice"),
        (changed(TABLE, choice=RATES["choice"]), "lab: expected function (the answer is code) or choice"),
        (changed(TABLE, scenario="outlier"), "lab.scenario: expected one of outliers, prices"),
        (changed(TABLE, function="1st"), "lab.function: expected a Python name"),
        (changed(TABLE, parameters=["y"]), "lab.parameters: expected two Python names"),
        (changed(TABLE, reference="hubert"), "lab.reference: "),
        (changed(TABLE, reference=None), "lab.reference: expected a name of lossref's catalogue, got nothing"),
        (changed(TABLE, options={"delt": 1.0}), "lab: a loss cannot be evaluated"),
        (changed(TABLE, activation="relu"), "lab.activation: expected one of sigmoid, softmax"),
        (changed(TABLE, activation="sigmoid"), "lab.pinned: a loss behind an activation cannot be pinned"),
        (changed(TABLE, pinned="yes"), "lab.pinned: expected true"),
        (changed(TABLE, thresholds=None), "lab.thresholds: expected a table"),
        (changed(TABLE, thresholds={"convergence": 0.9}), "lab.thresholds.held_out: expected the share"),
        (changed(TABLE, thresholds={"convergence": 1.5, "held_out": 0.9}), "lab.thresholds.convergence: expected"),
        (changed(TABLE, data={"share": 0.9}), "lab.data.share: expected the share of broken readings, a number from 0"),
        (changed(TABLE, data={"shares": 0.1}), "lab.data.shares: not known; did you mean share?"),
        (changed(TABLE, steps=100_000), "lab.steps: expected a whole number from 1 to 400"),
        (changed(TABLE, learning_rate=0), "lab.learning_rate: expected a number above 0"),
        (changed(TABLE, momentum=1.0), "lab.momentum: expected a number from 0"),
        (changed(TABLE, referenc="huber"), "lab.referenc: not known; did you mean reference?"),
        (changed(RATES, choice=RATES["choice"][:1]), "lab.choice: expected at least two tables"),
        (changed(RATES, choice=[{**row, "right": False} for row in RATES["choice"]]), "lab.choice: no option is right"),
        (changed(RATES, choice=[{"text": "", "loss": "mse"}, *RATES["choice"]]), "lab.choice[0].text: expected"),
        (changed(RATES, choice=[{"text": "a", "loss": "hinges"}, *RATES["choice"]]), "lab.choice[0].loss: "),
    ],
)
def test_each_problem_names_its_field_and_what_was_expected(table, told):
    problems = check_spec({"lab": table})
    assert [problem for problem in problems if problem.startswith(told)], problems


def test_weights_are_of_the_labs_checks_and_of_functions_only():
    assert check_spec({"lab": TABLE, "weights": {"edge_cases": 1}})[0].startswith("weights.edge_cases: not known")
    assert check_spec({"lab": TABLE, "weights": {"correctness": 0}})[0].startswith("weights.correctness: expected")
    assert check_spec({"lab": RATES, "weights": {"held_out": 1}})[0].startswith("weights: a chosen option is right")


def folder(table, **solutions: str):
    import tomlkit

    files = {
        "question.toml": 'title = "A lab"\nkind = "lab"\n',
        "spec.toml": tomlkit.dumps({"lab": table}),
        "statement.md": "Choose one, or write one.",
    }
    return read_files({**files, **{f"solutions/{path}": text for path, text in solutions.items()}}, "a-lab")


def test_the_options_of_a_choice_certify_themselves(grader):
    report = certify(folder(RATES), grader, seeds=range(3))
    assert [trial.solution for trial in report.trials] == ["the key", "option 1", "option 3"]
    assert not [problem for problem in report.problems if "correct" in problem]
    assert len(report.seeds) == 3


def test_a_wrong_option_that_trains_as_well_may_not_be_published(grader):
    table = changed(
        RATES, choice=[*RATES["choice"], {"text": "0.5", "loss": "mean_squared_error", "learning_rate": 0.5}]
    )
    report = certify(folder(table), grader, seeds=range(2))
    assert not report.publishable
    assert any("option 4" in problem and "graded correct" in problem for problem in report.problems)


def test_a_right_option_that_does_not_train_may_not_be_published(grader):
    rows = copy.deepcopy(RATES["choice"])
    rows[0]["right"], rows[1]["right"] = True, False
    report = certify(folder(changed(RATES, choice=rows)), grader, seeds=range(2))
    assert any("option 2" in problem for problem in report.problems)


def test_functions_are_certified_by_their_solutions(grader):
    solutions = {"correct/huber.py": HUBER, "wrong/squared.py": f"# expects: off_target\n{SQUARED}"}
    report = certify(folder(OPEN, **solutions), grader, seeds=range(2))
    assert {trial.solution: trial.problem for trial in report.trials} == {"huber.py": "", "squared.py": ""}
    weak = certify(folder(OPEN, **{"wrong/huber.py": f"# expects: held_out\n{HUBER}"}), grader, seeds=range(1))
    assert any("graded correct" in problem for problem in weak.problems)


def test_solutions_of_a_choice_lose_their_header_and_those_of_a_function_keep_it():
    header = "# expects: plateau\n"
    chosen = folder(RATES, **{"wrong/slow.json": f"{header}[0]"}).solutions_wrong
    written = folder(OPEN, **{"wrong/squared.py": header + SQUARED}).solutions_wrong
    assert json.loads(chosen[0].text) == [0]
    assert written[0].text.startswith(header)


def test_a_table_that_is_none_is_told_as_such():
    files = {"question.toml": 'title = "A lab"\nkind = "lab"\n', "spec.toml": "lab = 3\n", "statement.md": "?"}
    with pytest.raises(QuestionError, match=r"\[lab\]: expected a table, got 3"):
        read_files(files, "a-lab")
