"""The derivation kind as the grader offers it: through the real sandbox."""

import pytest

from grader.contract import GradeRequest
from grader.grading import Grader
from grader.kinds import derivation
from grader.kinds.specs import BrokenQuestion
from grader.verdict import Outcome

TABLE = {
    "variables": {"z": "real", "y": "{0,1}"},
    "definitions": {"p": "sigma(z)"},
    "loss": "softplus(z) - y*z",
    "wrt": "z",
    "reference": "p - y",
}
FORM = {**TABLE, "form": {"names": ["p", "y"], "size": 1.5, "shown": "p - y"}}


@pytest.fixture(scope="module")
def grader():
    with Grader() as grader:
        yield grader


def graded(grader, answer, table=TABLE, seed=3):
    return grader.decide(GradeRequest(kind="derivation", spec={"derivation": table}, answer=answer, seed=seed))


def test_a_right_answer_is_correct_and_the_check_says_how_it_is_known(grader):
    verdict = graded(grader, "dL/dz = 1/(1+exp(-z)) - y^2")
    assert (verdict.outcome, verdict.score) == (Outcome.CORRECT, 1.0)
    assert verdict.checks[0].message == "The expression is right: proved (y^2 = y on {0,1})."


def test_a_wrong_answer_shows_a_point_and_names_the_slip(grader):
    verdict = graded(grader, "y - p")
    assert (verdict.outcome, verdict.score) == (Outcome.WRONG, 0.0)
    witness, slip = verdict.findings[:2]
    assert witness.code == "witness"
    assert witness.message.startswith("At ")
    assert "yours is" in witness.message
    assert witness.evidence["answer"] == pytest.approx(-witness.evidence["reference"])
    assert (slip.code, slip.name) == ("S1", "sign")


def test_an_answer_that_cannot_be_read_is_rejected_with_a_caret(grader):
    verdict = graded(grader, "p - yy2")
    assert (verdict.outcome, verdict.score) == (Outcome.REJECTED, 0.0)
    sentence, window, caret = verdict.checks[0].message.split("\n")
    assert "'yy2' is not a name" in sentence
    assert window[caret.index("^") :] == "yy2"


def test_an_undecided_answer_goes_to_a_person_and_is_never_wrong(grader):
    table = {"variables": {"z": "real"}, "reference": "pi*z"}
    verdict = graded(grader, "(16*atan(1/5)-4*atan(1/239))*z", table)
    assert (verdict.outcome, verdict.score) == (Outcome.PENDING_REVIEW, None)


def test_a_right_answer_in_another_form_earns_a_part(grader):
    verdict = graded(grader, "exp(z)/(1+exp(z)) - y", FORM)
    assert (verdict.outcome, verdict.score) == (Outcome.PARTIAL, 0.8)
    assert "still contains z" in verdict.checks[1].message
    assert graded(grader, "p - y", FORM).outcome is Outcome.CORRECT
    assert graded(grader, "y - p", FORM).score == 0.0


def test_the_derivative_by_another_variable_on_the_left_is_refused(grader):
    verdict = graded(grader, "dL/dp = p - y")
    assert verdict.outcome is Outcome.REJECTED
    assert "derivative by z is asked" in verdict.checks[0].message


def test_an_answer_without_a_value_where_there_is_one_says_so(grader):
    verdict = graded(grader, "p - y + 0*log(z)")
    assert verdict.outcome is Outcome.WRONG
    assert "has no value" in verdict.findings[0].message


def test_the_same_request_gives_the_same_verdict(grader):
    first, second = (graded(grader, "p", seed=11).to_json() for _ in range(2))
    assert first["findings"] == second["findings"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reference": "p -"}, "derivation.reference: "),
        ({"reference": None}, "derivation.reference: expected an expression"),
        ({"variables": {}}, "derivation.variables: expected at least one name"),
        ({"variables": {"z": "complex"}}, "'complex' is not a domain"),
        ({"definitions": {"p": "sigma(q)"}}, "the definition of p"),
        ({"wrt": "q"}, "derivation.wrt: 'q' is not a name"),
        ({"loss": "log("}, "derivation.loss: "),
        ({"form": "short"}, "derivation.form: expected a table"),
        ({"form": {"size": 0.5}}, "derivation.form.size"),
        ({"steps": "yes"}, "derivation.steps: expected true or false"),
        ({"steps": True, "goal": "end"}, "derivation.goal: expected gradient or loss or hessian"),
        ({"min_lines": 3}, "derivation.min_lines: is read only with steps = true"),
        ({"steps": True, "min_lines": 0}, "derivation.min_lines: expected a number"),
        ({"mode": "matrix"}, "derivation.mode: expected scalar or vector"),
        ({"free_constant": True, "mode": "vector"}, "derivation.free_constant: needs wrt"),
        ({"steps": True, "mode": "vector", "wrt": "p"}, "derivation.wrt: lines about arrays are differentiated by"),
        ({"form": {"flat": 1}}, "derivation.form.flat"),
        ({"refrence": "p"}, "did you mean reference?"),
    ],
)
def test_a_broken_spec_is_named_by_its_field(change, words):
    problems = derivation.check_spec({"derivation": {**TABLE, **change}})
    assert any(words in problem for problem in problems), problems


def test_lines_need_the_loss_they_are_compared_with():
    table = {"variables": {"z": "real"}, "reference": "z", "steps": True}
    assert "give loss and wrt" in derivation.check_spec({"derivation": table})[0]


def test_a_sound_spec_has_no_problems():
    assert derivation.check_spec({"derivation": FORM, "weights": {"correctness": 3, "form": 1}}) == []


def test_a_broken_spec_grades_nobody(grader):
    with pytest.raises(BrokenQuestion):
        graded(grader, "p", {**TABLE, "reference": "p -"})
