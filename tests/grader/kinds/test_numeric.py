import math

import pytest

from grader.contract import GradeRequest
from grader.grading import Grader
from grader.kinds.arithmetic import NumberError, evaluate
from grader.kinds.numeric import check_spec


def graded(answer, key="ln(2)", rtol=1e-3, atol=0.0):
    spec = {"numeric": {"answer": key, "rtol": rtol, "atol": atol}}
    return Grader().grade(GradeRequest(kind="numeric", spec=spec, answer=answer, seed=0))


@pytest.mark.parametrize(
    "answer", ["0.6931", " ln(2) ", "log(2)", "693.1e-3", "-ln(1/2)", "+.6931", "69.31%", "−ln(0.5)"]
)
def test_every_usual_spelling_of_a_number_is_read(answer):
    assert graded(answer).outcome == "correct"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3", 1 / 3),
        ("2e-3", 0.002),
        ("-2^2", -4.0),
        ("2^-1", 0.5),
        ("2**3**2", 512.0),
        ("6/2*3", 9.0),
        ("1-2-3", -4.0),
        ("exp(1)-e", 0.0),
        ("2·3", 6.0),
        ("sqrt(16)", 4.0),
        ("sigmoid(0)", 0.5),
        ("sigmoid(-800)", 0.0),
        ("1_0", None),
    ],
)
def test_arithmetic_has_the_usual_precedence(text, value):
    if value is None:
        with pytest.raises(NumberError):
            evaluate(text)
    else:
        assert evaluate(text) == pytest.approx(value, abs=1e-15)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("", "expected a number such as 0.25, 1/3, 2e-3 or ln(2); the answer is empty"),
        ("0,5", "',' at character 2 is not part of a number (write a decimal point, not a comma)"),
        ("1/0", "the expression has no finite value: float division by zero"),
        ("(1", "expected ')', got 'end'"),
        ("2 3", "expected 'end', got '3'"),
        ("(" * 90, "the expression is nested deeper than 30"),
        ("9" * 300, "expected a number or a short expression (up to 200 characters), got 300"),
        ("10^400", "the expression has no finite value: math range error"),
        ("1e999", "the expression has no finite real value"),
        ("\x00", "the answer holds a NUL character (character 1); remove it"),
        ("0.5\udc80", "the answer is not readable text (character 4 is no Unicode character)"),
    ],
)
def test_what_is_no_number_is_rejected_with_a_sentence(answer, sentence):
    verdict = graded(answer)
    assert (verdict.outcome, verdict.checks[0].message) == ("rejected", sentence)


def test_code_is_never_evaluated():
    verdict = graded("__import__('os').getpid()")
    assert verdict.outcome == "rejected"
    assert verdict.checks[0].message == "'_' at character 1 is not part of a number"


@pytest.mark.parametrize(
    ("answer", "key", "code", "name"),
    [
        ("-0.6931", "ln(2)", "S1", "sign"),
        ("1", "ln(2)", "L1", "log base 2"),
        ("log10(2)", "ln(2)", "L2", "log base 10"),
        ("12.5", 0.125, "percent", "percent"),
        ("0.125", "12.5", "percent", "fraction"),
        ("0.25", 0.125, "R6", "missing factor 1/2"),
        ("0.0625", 0.125, "R6", "extra factor 1/2"),
        ("0.7", "ln(2)", "D3", "rounding"),
    ],
)
def test_a_known_slip_is_named(answer, key, code, name):
    verdict = graded(answer, key)
    assert (verdict.outcome, [(f.code, f.name) for f in verdict.findings]) == ("wrong", [(code, name)])


@pytest.mark.parametrize(("answer", "key"), [("0.9", "ln(2)"), ("1", 0), ("0.6", "ln(2)")])
def test_a_wrong_number_that_no_slip_explains_gets_no_name(answer, key):
    verdict = graded(answer, key)
    assert (verdict.outcome, verdict.findings) == ("wrong", ())


def test_absolute_and_relative_tolerance_add_up():
    assert graded("102", 100, rtol=0.01, atol=1.0).outcome == "correct"
    assert graded("102.1", 100, rtol=0.01, atol=1.0).outcome == "wrong"


def test_a_broken_table_names_its_fields():
    assert check_spec({"numeric": {"answer": "ln(0)", "rtol": -1, "unti": 2}}) == [
        "numeric.unti: not known; did you mean unit?",
        "numeric.rtol: expected a number, at least 0, got -1",
        "numeric.answer: the expression has no finite value: math domain error",
    ]
    assert check_spec({"numeric": {"answer": math.inf}}) == [
        "numeric.answer: expected a number or an expression over the parameters, got inf"
    ]
