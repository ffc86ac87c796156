from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from assessments import broker
from assessments.bank import services
from assessments.bank.models import CertificationRun, Kind, Question, State
from assessments.people.models import Role
from tests.bank import RESULT, certified, member, published, saved
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _topics() -> None:
    services.create_topics()


@pytest.fixture
def organisation():
    return OrganisationFactory(name="Acme", slug="acme")


@pytest.fixture
def library():
    return OrganisationFactory(name="Library", slug="the-library", is_library=True)


def test_an_author_asks_for_review_and_another_publishes(organisation) -> None:
    author = MembershipFactory(organisation=organisation, role=Role.AUTHOR).user
    version = certified(saved(organisation, author=author))
    client = Client()
    client.force_login(author)
    refused = client.post("/o/acme/bank/a-question/1/publish/", follow=True).content.decode()
    assert "Another author or an owner publishes your version" in refused
    client.post("/o/acme/bank/a-question/1/review/")
    version.refresh_from_db()
    assert version.state == State.IN_REVIEW
    member(organisation).post("/o/acme/bank/a-question/1/publish/")
    version.refresh_from_db()
    assert version.state == State.PUBLISHED


def test_an_uncertified_version_offers_no_publishing_and_refuses_it(organisation) -> None:
    version = saved(organisation)
    client = member(organisation, Role.OWNER)
    address = reverse("bank:publish", kwargs={"organisation": "acme", "slug": "a-question", "number": 1})
    assert address not in client.get("/o/acme/bank/a-question/").content.decode()
    assert "Nothing uncertified can be published" in client.post(address, follow=True).content.decode()
    version.refresh_from_db()
    assert version.state == State.DRAFT


def test_certifying_waits_for_a_grader_and_then_reloads_the_page(organisation, monkeypatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(broker, "send", lambda task, **_: sent.append(task))
    saved(organisation)
    client = member(organisation)
    page = client.post("/o/acme/bank/a-question/1/certify/", follow=True).content.decode()
    assert (sent, "Being certified" in page, "hx-trigger=" in page) == (["grader.certify"], True, True)
    waiting = client.get("/o/acme/bank/a-question/1/certification/")
    assert ("HX-Refresh" in waiting.headers, "Waits for a grader" in waiting.content.decode()) == (False, True)
    run = CertificationRun.objects.get()
    progress = "solution 3 of 9 on seed 14"
    services.record_certification_progress(run_id=run.pk, token=run.token, progress=progress)
    assert "Solution 3 of 9 on seed 14." in client.get("/o/acme/bank/a-question/1/certification/").content.decode()
    services.record_certification(run_id=run.pk, token=run.token, passed=True, result=RESULT)
    done = client.get("/o/acme/bank/a-question/1/certification/")
    assert (done["HX-Refresh"], "Certified" in done.content.decode()) == ("true", True)


def test_who_waits_for_a_grader_reads_how_many_do_before_them(organisation, monkeypatch) -> None:
    monkeypatch.setattr(broker, "send", lambda *_, **__: None)
    for slug in ("first", "second", "third"):
        run = services.request_certification(spec=saved(organisation, slug).specs.get(), actor=None)
    client = member(organisation)
    assert ", behind 2 others." in client.get("/o/acme/bank/third/1/certification/").content.decode()
    first = CertificationRun.objects.earliest("pk")
    services.record_certification(run_id=first.pk, token=first.token, passed=True, result=RESULT)
    assert ", behind 1 other." in client.get("/o/acme/bank/third/1/certification/").content.decode()
    services.record_certification_progress(run_id=run.pk, token=run.token, progress="")
    assert "behind" not in client.get("/o/acme/bank/third/1/certification/").content.decode()


@pytest.mark.parametrize(("before", "badge"), [(False, "Came to no result"), (True, "Certified")])
def test_a_fault_of_ours_is_told_as_ours_and_takes_no_certificate_away(organisation, before, badge) -> None:
    version = saved(organisation)
    if before:
        certified(version)
    run = services.open_certification(spec=version.specs.get(), actor=None)
    services.record_certification_fault(run_id=run.pk, token=run.token, reason="no grader answered within 20 minutes")
    page = member(organisation).get("/o/acme/bank/a-question/").content.decode()
    checks = page.split('id="checks-title"')[1]
    assert f">{badge}</span>" in checks.split("</div>")[0]
    assert "came to no result by a fault of ours</strong>: no grader answered within 20 minutes." in checks
    assert ("what was found before stands" in checks, "Solutions" in checks, "/1/publish/" in page) == (before,) * 3


def test_a_failed_certification_names_what_stands_against_it(organisation) -> None:
    version = saved(organisation)
    run = services.open_certification(spec=version.specs.get(), actor=None)
    result = RESULT | {"problems": ["not_number.txt (variant 0, seed 0): a wrong solution is graded correct"]}
    services.record_certification(run_id=run.pk, token=run.token, passed=False, result=result)
    page = member(organisation).get("/o/acme/bank/a-question/").content.decode()
    assert "<li>not_number.txt (variant 0, seed 0): a wrong solution is graded correct</li>" in page
    assert "Certify again" in page


def test_a_library_question_is_cloned_and_opened_for_editing(organisation, library) -> None:
    published(library, "shared", title="Shared")
    client = member(organisation)
    page = client.get("/o/acme/bank/library/shared/").content.decode()
    assert "Clone into Acme" in page
    assert "/o/acme/bank/shared/edit/" not in page
    assert client.post("/o/acme/bank/library/shared/clone/")["Location"] == "/o/acme/bank/shared/edit/"
    assert Question.objects.filter(organisation=organisation, slug="shared").count() == 1
    again = client.post("/o/acme/bank/library/shared/clone/", follow=True).content.decode()
    assert "Acme has a question called shared already" in again


def test_a_reviewer_sends_back_with_a_note_that_the_author_reads(organisation) -> None:
    author = MembershipFactory(organisation=organisation, role=Role.AUTHOR).user
    version = services.request_review(version=certified(saved(organisation, author=author)), actor=author)
    reviewer = member(organisation)
    empty = reviewer.post("/o/acme/bank/a-question/1/send-back/", {"note": " "}, follow=True).content.decode()
    assert "Say what is to be mended" in empty
    reviewer.post("/o/acme/bank/a-question/1/send-back/", {"note": "Which base has the log?\r\n<b>Say it.</b>"})
    version.refresh_from_db()
    assert version.state == State.DRAFT
    client = Client()
    client.force_login(author)
    page = client.get("/o/acme/bank/a-question/").content.decode()
    assert page.count("Which base has the log?\n&lt;b&gt;Say it.&lt;/b&gt;") == 2
    assert "sent it back:" in page
    assert "/1/publish/" not in page, "its author is not offered what would be refused"


def test_retiring_asks_for_the_reason_and_bringing_back_undoes_it(organisation) -> None:
    version = published(organisation)
    client = member(organisation)
    assert "Say why" in client.post("/o/acme/bank/a-question/1/retire/", follow=True).content.decode()
    page = client.post("/o/acme/bank/a-question/1/retire/", {"reason": "Its key was wrong."}, follow=True)
    assert '<q class="as-typed">Its key was wrong.</q>' in page.content.decode()
    version.refresh_from_db()
    assert version.state == State.RETIRED
    client.post("/o/acme/bank/a-question/1/reinstate/")
    version.refresh_from_db()
    assert version.state == State.PUBLISHED


def test_a_certified_version_is_tried_on_seeds_of_the_authors_choice(organisation, monkeypatch) -> None:
    sent: list[dict] = []
    monkeypatch.setattr(broker, "send", lambda _, *, queue, payload: sent.append(payload))
    version = certified(saved(organisation))
    client = member(organisation)
    few = client.post("/o/acme/bank/a-question/1/certify/", {"seeds": 5}, follow=True).content.decode()
    assert "How many: Ensure this value is greater than or equal to 20." in few
    client.post("/o/acme/bank/a-question/1/certify/", {"first_seed": 1000, "seeds": 50})
    assert [(message["first_seed"], message["seeds"]) for message in sent] == [(1000, 50)]
    run = CertificationRun.objects.get(finished_at=None)
    services.record_certification(run_id=run.pk, token=run.token, passed=False, result={"problems": ["seed 1007"]})
    page = client.get("/o/acme/bank/a-question/").content.decode()
    assert ("Failed on other seeds" in page, "<li>seed 1007</li>" in page, "/1/publish/" in page) == (True, True, False)
    assert version.specs.get().certification is not None


def test_an_own_question_is_cloned_under_a_slug_that_is_free(organisation) -> None:
    published(organisation, title="Thirds")
    client = member(organisation)
    addresses = [client.post("/o/acme/bank/a-question/duplicate/")["Location"] for _ in range(2)]
    assert addresses == ["/o/acme/bank/a-question-2/edit/", "/o/acme/bank/a-question-3/edit/"]
    assert [q.versions.get().title for q in Question.objects.exclude(slug="a-question")] == ["Thirds (copy)"] * 2


def test_a_member_of_nothing_reads_nothing(organisation) -> None:
    client = Client()
    client.force_login(UserFactory())
    assert client.get("/o/acme/bank/").status_code == 404


@pytest.mark.parametrize(
    ("kind", "offered", "seeds"),
    [(Kind.NUMERIC, "Certify again", False), (Kind.CODING, "Try on other seeds", True), (Kind.WRITTEN, "again", False)],
)
def test_seeds_are_chosen_where_something_is_drawn_from_them(organisation, kind, offered, seeds) -> None:
    certified(saved(organisation, kind=kind))
    page = member(organisation).get("/o/acme/bank/a-question/").content.decode()
    assert (offered in page, 'name="first_seed"' in page) == (True, seeds)
    assert ("read the rubric as one of them" in page) == (kind == Kind.WRITTEN)
