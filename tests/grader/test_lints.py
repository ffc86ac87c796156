"""What a statement leaves unsaid."""

import pytest

from grader.lints import lints
from grader.questions import QuestionFolder


def question(statement, spec, kind="coding"):
    return QuestionFolder("slug", "Title", kind, spec, statement=statement)


MSE = {"coding": {"function": "f", "parameters": ["y_true", "p1"], "reference": "mse"}}
SAID = "Write `f(y_true, p1)`. "


@pytest.mark.parametrize(
    ("statement", "spec", "problem"),
    [
        ("Write `f(y_true, p)`.", MSE, "p1 has to stand in the answer and is not mentioned"),
        (SAID, {**MSE, "limits": {"case_seconds": 0.5}}, "limits.case_seconds is 0.5, which is not stated"),
        (SAID, {**MSE, "limits": {"memory_bytes": 1 << 29}}, "limits.memory_bytes is 5.36871e+08, which is not stated"),
        (SAID, {"coding": {**MSE["coding"], "forbid": ["loops"]}}, "loops counts, which is not stated"),
        (SAID, {**MSE, "weights": {"efficiency": 1}}, "efficiency counts, which is not stated"),
        (SAID + "Let $x be", MSE, "a formula has a $ at one end only"),
        (SAID + r"The $\color{red} x$.", MSE, "a formula says something by colour, which not everybody sees"),
        (SAID + "![](curve.png)", MSE, "an image has no words in its place"),
    ],
)
def test_what_a_statement_leaves_unsaid_is_named(statement, spec, problem):
    assert lints(question(statement, spec), 0) == [f"statement.md: {problem}"]


@pytest.mark.parametrize(
    ("statement", "spec"),
    [
        ("", MSE),
        (r"$f$ of $y_{true}$ and $p_1$; a price of \$5", MSE),
        (SAID + "Each call has 0.5 s and 512 MiB.", {**MSE, "limits": {"case_seconds": 0.5, "memory_bytes": 1 << 29}}),
        (SAID + "Do it without a loop.", {"coding": {**MSE["coding"], "forbid": ["loops"]}}),
        (SAID + "`cost = '$'`", MSE),
    ],
)
def test_a_statement_that_says_it_all_passes(statement, spec):
    assert lints(question(statement, spec), 0) == []


def test_the_variables_of_a_derivation_are_symbols_of_its_statement():
    spec = {"derivation": {"variables": {"z": "real", "eta": "real"}, "reference": "z*eta"}}
    assert lints(question(r"Multiply $z$ by $\eta$.", spec, "derivation"), 0) == []
    assert len(lints(question("Multiply.", spec, "derivation"), 0)) == 2


OPTIONS = [{"text": "The mean", "credit": 1}, {"text": "The median", "feedback": "It minimises another loss."}]


@pytest.mark.parametrize("text", ["All of the above", "None of these", "Both answers above", "Option A and option 2"])
def test_an_option_that_speaks_of_the_others_needs_them_in_a_fixed_order(text):
    table = {"options": [*OPTIONS, {"text": text, "feedback": "No."}]}
    (problem,) = lints(question("Which?", {"choice": table}, "choice"), 0)
    assert problem.startswith(f"spec.toml: option 3 says «{text[:8]}")
    assert "set choice.shuffle to false" in problem
    assert lints(question("Which?", {"choice": {**table, "shuffle": False}}, "choice"), 0) == []


def test_options_that_stand_by_themselves_may_be_shuffled():
    table = {"options": [*OPTIONS, {"text": "Scores above zero, or none of them at all", "feedback": "No."}]}
    assert lints(question("Which?", {"choice": table}, "choice"), 0) == []


def test_a_wrong_option_says_which_misconception_leads_to_it():
    table = {"options": [*OPTIONS, {"text": "The mode", "feedback": " "}]}
    assert lints(question("Which?", {"choice": table}, "choice"), 0) == [
        "spec.toml: option 3 is wrong and has no feedback: say which misconception leads to it"
    ]
