"""Derivations line by line, as the grader offers them: through the real sandbox."""

import pytest

from grader.contract import GradeRequest
from grader.grading import Grader
from grader.verdict import Outcome

TABLE = {
    "steps": True,
    "min_lines": 3,
    "variables": {"z": "real", "y": "{0,1}"},
    "loss": "-(y*log(sigma(z))+(1-y)*log(1-sigma(z)))",
    "wrt": "z",
    "reference": "sigma(z)-y",
    "form": {"with": ["sigma"], "size": 1.5, "shown": "sigma(z)-y"},
}
RIGHT = """
loss: softplus(z) - y*z
dL/dz = exp(z)/(1+exp(z)) - y
      = sigma(z) - y
"""
SLIP = """loss: -(y*log(sigma(z))+(1-y)*log(1-sigma(z)))

gradient: -(y/sigma(z) - (1-y)/(1-sigma(z)))*sigma(z)
gradient: -y + (1-y)*sigma(z)/(1-sigma(z))
"""


@pytest.fixture(scope="module")
def grader():
    with Grader() as grader:
        yield grader


def graded(grader, answer, **change):
    spec = {"derivation": {**TABLE, **change}}
    return grader.decide(GradeRequest(kind="derivation", spec=spec, answer=answer, seed=5))


def checks(verdict):
    return {check.name: (check.passed, check.share) for check in verdict.checks}


def test_a_whole_derivation_earns_steps_goal_and_form(grader):
    verdict = graded(grader, RIGHT)
    assert (verdict.outcome, verdict.score) == (Outcome.CORRECT, 1.0)
    assert checks(verdict) == {"steps": (True, 1.0), "goal": (True, 1.0), "form": (True, 1.0)}


def test_the_first_wrong_line_is_shown_with_a_point_and_its_slip_is_named(grader):
    verdict = graded(grader, SLIP)
    assert verdict.outcome is Outcome.PARTIAL
    assert verdict.score == pytest.approx(0.5 * (1 + 0.5) / 3)
    assert verdict.checks[0].message == "Line 3 does not follow from what stands before it."
    line, slip = verdict.findings
    assert (line.code, line.evidence["line"]) == ("line", 3)
    assert line.message.startswith("Line 3 is the first that is wrong. At ")
    assert (slip.code, slip.name) == ("sigma_derivative", "σ' taken as σ")
    assert slip.message == "Line 3: the answer is what one gets if σ' was taken as σ where it is σ(1−σ)."
    assert checks(verdict)["goal"] == (False, 0.0)
    assert checks(verdict)["form"] == (None, 0.0)


def test_two_mistakes_that_cancel_reach_the_goal_and_fail_the_steps(grader):
    verdict = graded(grader, "loss: softplus(z)-y*z\ngradient: sigma(z)+y\ngradient: sigma(z)-y")
    assert checks(verdict)["steps"] == (False, pytest.approx(1 / 3, abs=1e-4))
    assert checks(verdict)["goal"] == (True, 1.0)
    assert "nor does line 3" in verdict.checks[0].message


def test_a_bare_result_reaches_the_goal_without_the_steps(grader):
    verdict = graded(grader, "gradient: sigma(z)-y")
    assert checks(verdict)["steps"] == (False, pytest.approx(1 / 3, abs=1e-4))
    assert "fewer steps" in verdict.checks[0].message
    assert checks(verdict)["goal"] == (True, 1.0)
    assert graded(grader, "gradient: sigma(z)-y", min_lines=1).score == 1.0


def test_a_definition_may_stand_in_the_lines_but_not_in_the_final_form(grader):
    lines = "let s = sigma(z)\nloss: softplus(z)-y*z\ngradient: s*(1-y)-(1-s)*y\ngradient: "
    assert graded(grader, lines + "sigma(z)-y").outcome is Outcome.CORRECT
    kept = graded(grader, lines + "s-y")
    assert checks(kept) == {"steps": (True, 1.0), "goal": (True, 1.0), "form": (False, 0.0)}


@pytest.mark.parametrize(
    ("answer", "words", "under"),
    [
        ("sigma(z)-y", "Line 1: It is not said what this line is about.", "sigma(z)-y"),
        ("loss: softplus(z)\ngradient: sigma(q)", "Line 2: 'q' is not a name", "q)"),
        ("loss: softplus(z)\nslope: sigma(z)", "Line 2: 'slope' is not a role.", "slope"),
        ("loss: softplus(z)\ndL/dy = -z", "Line 2: The derivative by z is asked", "dL/dy"),
        ("loss: z\nlet z = 3", "Line 2: 'z' already stands for something", "z = 3"),
        ("loss: z\nlet s = sigma(q)", "Line 2: 'q' is not a name", "q)"),
    ],
)
def test_a_line_that_cannot_be_read_is_rejected_with_its_number_and_a_caret(grader, answer, words, under):
    verdict = graded(grader, answer)
    assert verdict.outcome is Outcome.REJECTED
    sentence, window, caret = verdict.checks[0].message.split("\n")
    assert sentence.startswith(words)
    assert window[caret.index("^") :].startswith(under)


def test_no_line_at_all_is_rejected(grader):
    assert graded(grader, "\n \n").outcome is Outcome.REJECTED


def test_lines_of_a_likelihood_may_lose_a_constant_where_the_question_allows_it(grader):
    table = {
        "variables": {"y": "real", "mu": "real", "s": "positive"},
        "loss": "log(s)+(y-mu)^2/(2*s^2)+log(2*pi)/2",
        "wrt": "mu",
        "reference": "(mu-y)/s^2",
        "form": {"flat": True},
    }
    lines = "loss: (y-mu)^2/(2*s^2)\ngradient: -(y-mu)/s^2\ngradient: (mu-y)/s^2"
    assert graded(grader, lines, **table, free_constant=True).outcome is Outcome.CORRECT
    assert graded(grader, lines, **table).findings[0].evidence["line"] == 1


def test_an_undecided_line_goes_to_a_person(grader):
    table = {"variables": {"z": "real"}, "loss": "pi*z^2/2", "reference": "pi*z", "form": {}}
    verdict = graded(grader, "gradient: (16*atan(1/5)-4*atan(1/239))*z", **table)
    assert (verdict.outcome, verdict.score) == (Outcome.PENDING_REVIEW, None)
    assert "Line 1" in verdict.checks[0].message


def test_lines_in_latex_are_read_like_the_others(grader):
    answer = "loss: -y\\log\\sigma(z)-(1-y)\\log(1-\\sigma(z))\n\\frac{\\partial L}{\\partial z} = \\sigma(z)-y"
    assert graded(grader, answer, syntax="latex", min_lines=2).score == 1.0
