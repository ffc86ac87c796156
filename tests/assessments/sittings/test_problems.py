"""A candidate reports a problem with a question; its authors and the recruiters of the attempt read it."""

from __future__ import annotations

import html

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from assessments.people.models import Role
from assessments.sittings import limits
from assessments.sittings.models import ProblemReport
from assessments.sittings.services.problems import report_problem
from tests.assessments.sittings.conftest import begin, blueprint, library_sitting
from tests.bank import member

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TEXT = "The log has no base.\n  <script>alert(1)</script> ± é"


def test_a_report_is_kept_as_typed_and_the_clock_goes_on() -> None:
    sitting = begin(blueprint("numeric"))
    before = sitting.attempt.deadline
    data = {"problem": TEXT.replace("\n", "\r\n")}
    answer = sitting.client.post(sitting.url("report_problem", 1), data, headers=HTMX)
    assert (answer.status_code, "<strong>Received.</strong>" in answer.content.decode()) == (200, True)
    assert ProblemReport.objects.get().text == TEXT
    sitting.attempt.refresh_from_db()
    assert (sitting.attempt.deadline, sitting.attempt.finished_at) == (before, None)
    again = sitting.client.post(sitting.url("report_problem", 1), data)
    assert ("Back to question 1" in again.content.decode(), ProblemReport.objects.count()) == (True, 1)
    page = sitting.get("question", 1).content.decode()
    assert ("(1 sent)" in page, "&lt;script&gt;alert(1)&lt;/script&gt;" in page, "What else is wrong" in page) == (
        True,
    ) * 3


@pytest.mark.parametrize("practice", [False, True])
def test_a_report_promises_another_grading_only_where_answers_count(practice) -> None:
    sitting = begin(blueprint("numeric"))
    sitting.attempt.is_practice = practice
    sitting.attempt.save()
    page = sitting.client.post(sitting.url("report_problem", 1), {"problem": "x"}, headers=HTMX).content.decode()
    assert ("answers are graded anew" in page, "Nothing in practice counts" in page) == (not practice, practice)
    organisation = sitting.attempt.invitation.organisation
    inbox = member(organisation).get(f"/o/{organisation.slug}/problems/").content.decode()
    assert ("· in practice" in inbox) == practice


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (" \r\n", "Write what is wrong"),
        ("x" * (limits.PROBLEM_CHARACTERS + 1), "has up to 5,000 characters"),
        ("a\0b", "NUL character"),
    ],
)
def test_what_is_refused_stays_in_its_field_with_the_reason(text, told) -> None:
    sitting = begin(blueprint("numeric"))
    answer = sitting.client.post(sitting.url("report_problem", 1), {"problem": text}, headers=HTMX)
    page = html.unescape(answer.content.decode())
    assert (answer.status_code, told in page, ProblemReport.objects.count()) == (422, True, 0)
    assert text.replace("\r\n", "\n") in page.split("<textarea")[1].replace("\r\n", "\n")


def test_reports_are_bounded_and_the_text_of_one_too_many_stays() -> None:
    sitting = begin(blueprint("numeric"))
    for number in range(limits.PROBLEMS_AT_ONCE):
        sitting.client.post(sitting.url("report_problem", 1), {"problem": f"problem {number}"})
    last = sitting.client.post(sitting.url("report_problem", 1), {"problem": "one more"}, headers=HTMX)
    assert (last.status_code, ProblemReport.objects.count()) == (429, limits.PROBLEMS_AT_ONCE)
    assert "\none more</textarea>" in last.content.decode()


def test_nobody_reports_in_another_ones_sitting() -> None:
    mine, theirs = begin(blueprint("numeric")), begin(blueprint("numeric"))
    assert mine.client.post(theirs.url("report_problem", 1), {"problem": "x"}).status_code == 404
    assert mine.client.get(mine.url("report_problem", 1)).status_code == 405


def test_authors_read_it_without_the_name_and_recruiters_with_it() -> None:
    sitting, library, acme = library_sitting()
    report_problem(item=sitting.item(), text="The key is wrong.")
    name = sitting.attempt.invitation.candidate.identity.name
    seen = {
        (organisation.slug, str(role)): member(organisation, role).get(f"/o/{organisation.slug}/problems/")
        for organisation in (library, acme)
        for role in (Role.AUTHOR, Role.RECRUITER, Role.OWNER, Role.RATER)
    }
    assert {key: answer.status_code for key, answer in seen.items() if key[1] == "rater"} == {
        ("library", "rater"): 403,
        ("acme", "rater"): 403,
    }
    pages = {key: answer.content.decode() for key, answer in seen.items() if answer.status_code == 200}
    assert {key: ("The key is wrong." in page, name in page) for key, page in pages.items()} == {
        ("library", "author"): (True, False),
        ("library", "recruiter"): (False, False),
        ("library", "owner"): (True, False),
        ("acme", "author"): (False, False),
        ("acme", "recruiter"): (True, True),
        ("acme", "owner"): (True, True),
    }
    assert "/o/library/bank/thirds/?v=1&amp;variant=0" in pages["library", "author"]
    assert str(sitting.attempt.public_id) not in pages["library", "author"]
    assert str(sitting.attempt.public_id) in pages["acme", "recruiter"]


def test_a_report_is_answered_closed_and_filtered() -> None:
    sitting, library, acme = library_sitting()
    report = report_problem(item=sitting.item(), text="Which base?")
    author = member(library)
    address = f"/o/library/problems/{report.pk}/"
    assert "Write a note, or choose" in author.post(address, {"state": "open"}, follow=True).content.decode()
    author.post(address, {"state": "answered", "text": "The natural one; version 2 says so."})
    report.refresh_from_db()
    assert report.state == "answered"
    assert "version 2 says so" in member(acme, Role.RECRUITER).get("/o/acme/problems/").content.decode()
    found = [
        "Which base?" in author.get(f"/o/library/problems/?{query}").content.decode()
        for query in ("state=answered", "state=open", "question=thirds", "question=fourths", "state=odd")
    ]
    assert found == [True, False, True, False, True]
    assert member(acme).post(f"/o/acme/problems/{report.pk}/", {"state": "closed"}).status_code == 404


def test_the_question_page_counts_what_is_open() -> None:
    sitting, library, _ = library_sitting()
    page = "/o/library/bank/thirds/"
    assert "open</span>" not in member(library).get(page).content.decode()
    report_problem(item=sitting.item(), text="Which base?")
    assert "1 open</span>" in member(library).get(page).content.decode()


def test_the_database_keeps_a_report_as_it_was() -> None:
    report = report_problem(item=begin(blueprint("numeric")).item(), text="Which base?")
    with pytest.raises(IntegrityError, match="ProblemReport is immutable"), transaction.atomic():
        ProblemReport.objects.filter(pk=report.pk).update(text="Nothing.")
    with pytest.raises(IntegrityError, match="ProblemReport is immutable"), transaction.atomic():
        ProblemReport.objects.filter(pk=report.pk)._raw_delete("default")


def test_more_reports_cost_no_more_queries() -> None:
    sitting, library, _ = library_sitting()
    client = member(library)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/o/library/problems/").status_code == 200
        return len(captured)

    def reported(text: str) -> None:
        report = report_problem(item=sitting.item(), text=text)
        client.post(f"/o/library/problems/{report.pk}/", {"state": "answered", "text": "Noted."})

    reported("one")
    one = queries()
    reported("two")
    reported("three")
    assert queries() == one
