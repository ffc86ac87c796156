import json

import pytest

from grader.contract import GradeRequest
from grader.grading import Grader
from grader.kinds.choice import check_spec

ONE = {"choice": {"options": [{"text": "MSE", "credit": 1}, {"text": "Huber", "credit": 0.5}, {"text": "MAE"}]}}
SEVERAL = {
    "choice": {
        "multiple": True,
        "options": [{"text": text, "credit": credit} for text, credit in (("a", 1), ("b", 1), ("c", 0), ("d", 0))],
    }
}


def graded(spec, answer):
    return Grader().grade(GradeRequest(kind="choice", spec=spec, answer=answer, seed=0))


@pytest.mark.parametrize(
    ("spec", "answer", "outcome", "score"),
    [
        (ONE, [0], "correct", 1.0),
        (ONE, [1], "partial", 0.5),
        (ONE, [2], "wrong", 0.0),
        (SEVERAL, [0, 1], "correct", 1.0),
        (SEVERAL, [1, 0], "correct", 1.0),
        (SEVERAL, [0], "partial", 0.5),
        (SEVERAL, [0, 1, 2], "partial", 0.5),
        (SEVERAL, [0, 2], "wrong", 0.0),
        (SEVERAL, [0, 2, 3], "wrong", 0.0),
        (SEVERAL, [], "wrong", 0.0),
    ],
)
def test_score_is_right_ticks_minus_wrong_ticks_over_keys(spec, answer, outcome, score):
    verdict = graded(spec, json.dumps(answer))
    assert (verdict.outcome, verdict.score) == (outcome, score)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("", "expected a JSON list of option numbers such as [0, 2], got nothing"),
        ("1", "expected a JSON list of option numbers such as [0, 2], got '1'"),
        ("[true]", "expected a JSON list of option numbers such as [0, 2], got '[true]'"),
        ("[0, 1]", "expected exactly one option, got 2"),
        ("[3]", "expected option numbers from 0 to 2, got 3"),
        ("[0, 0]", "each option can be named once, got [0, 0]"),
        ("[" * 5000, "expected a JSON list of option numbers such as [0, 2], got '" + "[" * 56 + "..."),
    ],
)
def test_an_unreadable_answer_is_rejected_with_a_sentence(answer, sentence):
    verdict = graded(ONE, answer)
    assert (verdict.outcome, verdict.score, verdict.checks[0].message) == ("rejected", 0.0, sentence)


def test_the_feedback_of_the_chosen_option_is_the_message():
    spec = {"choice": {"options": [{"text": "a", "credit": 1}, {"text": "b", "feedback": "It is unbounded."}]}}
    assert graded(spec, "[1]").checks[0].message == "It is unbounded."


def test_every_problem_of_a_table_is_listed():
    table = {"multiple": "yes", "options": [{"text": "", "credit": 2}, {"txt": "b"}]}
    assert check_spec({"choice": table}) == [
        "choice.multiple: expected true or false, got 'yes'",
        "choice.options[0].text: expected the option's words, got ''",
        "choice.options[0].credit: expected a number from -1 to 1, got 2",
        "choice.options[1].txt: not known; did you mean text?",
        "choice.options[1].text: expected the option's words, got nothing",
    ]


def test_a_question_without_a_right_option_is_refused():
    table = {"options": [{"text": "a"}, {"text": "b", "credit": 0}]}
    assert check_spec({"choice": table}) == [
        "choice.options: no option has a credit above 0, so no answer could be right"
    ]
