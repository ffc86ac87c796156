from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.sittings import limits
from assessments.sittings.services import attempts
from tests.assessments.sittings.conftest import KINDS, begin, blueprint

pytestmark = pytest.mark.django_db


def queries(sitting, name: str, n: int | None = None) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert sitting.get(name, n).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("name", "n", "most"), [("question", 1, 12), ("review", None, 5), ("done", None, 5)])
def test_the_number_of_queries_does_not_grow_with_the_number_of_questions(name, n, most):
    counts = []
    for size in (1, 3):
        sitting = begin(blueprint(*["coding"] * size, feedback="full"))
        sitting.submit("def mean_squared_error(y_true, y_pred):\n    return 1\n")
        if name == "done":
            attempts.finish_attempt(attempt=sitting.attempt)
        queries(sitting, name, n)
        counts.append(queries(sitting, name, n))
    assert counts[0] == counts[1]
    assert counts[0] <= most


def test_the_report_takes_as_many_queries_for_three_questions_as_for_one():
    counts = []
    for size in (1, 3):
        sitting = begin(blueprint(*["numeric"] * size, feedback="full"))
        for n in range(1, size + 1):
            sitting.submit("0.75", n=n)
        attempts.finish_attempt(attempt=sitting.attempt)
        counts.append(queries(sitting, "report"))
    assert counts[0] == counts[1] <= 8


def test_an_autosave_and_a_poll_are_cheap(sitting):
    with CaptureQueriesContext(connection) as saving:
        sitting.draft("a", n=5)
    sitting.submit("0.75", n=2)
    with CaptureQueriesContext(connection) as polling:
        sitting.get("result", 2, purpose="final")
    assert len(saving) <= 13
    assert len(polling) <= 5


@pytest.mark.parametrize(
    ("n", "control"),
    [
        (1, 'type="radio" name="option" value="'),
        (2, '<input id="answer-text" class="code-input" name="answer"'),
        (3, "Symbols you may use"),
        (4, "def mean_squared_error(y_true, y_pred):"),
        (5, 'id="word-count"'),
    ],
)
def test_each_kind_has_its_own_controls(sitting, n, control):
    text = sitting.get("question", n).text
    assert control in text
    assert f"question {n} of 5" in text


def test_the_navigator_says_in_words_where_each_question_stands(sitting):
    sitting.get("question", 1)
    sitting.draft("0.7", n=2)
    sitting.submit("2*x", n=3)
    sitting.draft("3*x", n=3, base=1)
    sitting.client.post(sitting.url("flag", 5), {"flagged": "1"})
    titles = [item.response.version.title for item in sitting.attempt.items.select_related("response__version")]
    states = ["no answer yet", "draft saved", "submitted, newer draft", "not seen", "not seen, flagged"]
    text = sitting.get("review").text
    for title, state in zip(titles, states, strict=True):
        assert f"{title}, {state}</span>" in text


def test_the_sitting_opens_at_the_first_question_without_an_answer(sitting):
    sitting.submit(["0"], n=1)
    assert sitting.get("resume").headers["Location"] == sitting.url("question", 2)


def test_a_flag_can_be_set_and_taken_back(sitting):
    sitting.client.post(sitting.url("flag", 1), {"flagged": "1"})
    assert sitting.item(1).flagged
    response = sitting.client.post(sitting.url("flag", 1), {"flagged": "0"}, headers={"HX-Request": "true"})
    assert not sitting.item(1).flagged
    assert 'hx-swap-oob="true"' in response.text


def test_the_preview_typesets_what_was_read_and_points_at_what_was_not(sitting):
    good = sitting.client.post(sitting.url("preview", 3), {"answer": "2*x^2"}).text
    assert "<math" in good
    assert "<msup>" in good
    bad = sitting.client.post(sitting.url("preview", 3), {"answer": "2*q"}).text
    assert "is not a name in this question" in bad
    assert "2*q\n  ^" in bad


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "x" * 50_000,
        "(" * 5_000,
        "9^9^9^9^9",
        "__import__('os')",
        "\0",
        "<script>x</script>",
        "\\frac{1}{",
        "x" + "'" * 99,
    ],
)
def test_the_preview_survives_whatever_is_typed(sitting, answer):
    response = sitting.client.post(sitting.url("preview", 3), {"answer": answer})
    assert response.status_code == 200
    assert "<script>" not in response.text


def test_numbers_of_hundreds_of_digits_in_the_address_are_no_fault(sitting):
    assert sitting.get("result", 2, poll="9" * 500, seen="9" * 500, purpose="x").status_code == 200
    assert sitting.get("result", 2, poll="9" * 5000).status_code == 400


def test_no_page_of_a_sitting_is_kept_in_a_cache(sitting):
    for name, n in (("question", 1), ("review", None), ("clock", None)):
        assert "no-store" in sitting.get(name, n).headers["Cache-Control"]


def test_pages_hold_nothing_inline(sitting):
    for n in range(1, len(KINDS) + 1):
        response = sitting.get("question", n)
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert " style=" not in response.text


def test_an_address_without_a_page_says_what_to_do():
    response = Client().get("/sit/nowhere/")
    assert response.status_code == 404
    assert "open its link again" in response.text


def test_an_answer_that_begins_with_an_empty_line_keeps_it():
    # The parser of HTML drops one line end at the start of a textarea.
    sitting = begin(blueprint("derivation", "coding", "written"))
    for n in (1, 2, 3):
        sitting.draft("\nz + 1", n=n)
        assert ">\n\nz + 1</textarea>" in sitting.get("question", n).content.decode()


def test_a_page_that_tells_of_gaps_without_end_does_not_fill_the_trail():
    sitting = begin(blueprint("numeric"))
    for _ in range(limits.GAPS_PER_MINUTE + 3):
        assert sitting.client.post(sitting.url("gap"), {"seconds": "7"}).status_code == 204
    assert sitting.attempt.events.filter(kind="gap").count() == limits.GAPS_PER_MINUTE
