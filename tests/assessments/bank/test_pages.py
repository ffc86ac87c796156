from __future__ import annotations

import dataclasses
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments import broker
from assessments.bank import folders, services, skeletons
from assessments.bank.forms import QuestionForm, solution_rows
from assessments.bank.models import CertificationRun, Kind, Question, QuestionVersion, State
from assessments.people.models import Role
from tests.factories import MembershipFactory, OrganisationFactory, ResponseFactory, UserFactory

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


def member(organisation, role: str = Role.AUTHOR) -> Client:
    client = Client()
    client.force_login(MembershipFactory(organisation=organisation, role=role).user)
    return client


def certified(version: QuestionVersion) -> QuestionVersion:
    run = services.open_certification(spec=version.specs.get(live=True), actor=None)
    services.record_certification(run_id=run.pk, token=run.token, passed=True, result=RESULT)
    return version


RESULT = {
    "problems": [],
    "versions": {"grader": "0.1.0", "lossref": "0.1.0"},
    "seeds": [0],
    "spec_hashes": ["abcdef0123456789"],
    "trials": [
        {"solution": "number.txt", "expects": [], "variant": 0, "outcome": "correct", "named": [], "problem": ""},
        {
            "solution": "not_number.txt",
            "expects": ["correctness"],
            "variant": 0,
            "outcome": "wrong",
            "named": ["correctness"],
            "problem": "",
        },
    ],
    "kills": [{"code": "R1", "name": "sum instead of mean", "stage": "ordinary", "variant": 0, "result": "named"}],
}


def saved(organisation, slug: str = "a-question", kind: str = Kind.NUMERIC, author=None, **changes) -> QuestionVersion:
    changes = {"title": "A title", "topics": ("regression",)} | changes
    question = dataclasses.replace(skeletons.question(kind, slug), **changes)
    return services.save_version(organisation=organisation, question=question, author=author)


def published(organisation, slug: str = "a-question", **changes) -> QuestionVersion:
    return services.publish(version=certified(saved(organisation, slug, **changes)), actor=None)


def fields_of(version: QuestionVersion, **changes: object) -> dict[str, object]:
    """Give what the browser would post from the edit page."""
    question = folders.question_of(version)
    data = dict(QuestionForm(question=question).initial)
    rows = solution_rows(question)
    data |= {"solutions-TOTAL_FORMS": len(rows), "solutions-INITIAL_FORMS": len(rows)}
    for index, row in enumerate(rows):
        data |= {f"solutions-{index}-{name}": value for name, value in row.items()}
    # A browser sends CRLF.
    return {
        key: value.replace("\n", "\r\n") if isinstance(value, str) else value for key, value in (data | changes).items()
    }


READ = ["", "a-question/", "a-question/edit/", "new/?kind=choice", "a-question/1/certification/", "library/shared/"]
WRITE = ["a-question/edit/", "a-question/preview/", "new/?kind=choice", "library/shared/clone/"]
STEPS = [f"a-question/1/{step}/" for step in ("certify", "review", "publish", "retire")]


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("author", 200), ("recruiter", 403), ("rater", 403)])
def test_authors_and_owners_read_the_bank(organisation, library, path, role, status) -> None:
    published(organisation)
    published(library, "shared")
    assert member(organisation, role).get(f"/o/acme/bank/{path}").status_code == status


@pytest.mark.parametrize("path", READ)
def test_strangers_find_nothing_and_visitors_are_asked_to_log_in(organisation, library, client, path) -> None:
    published(organisation)
    published(library, "shared")
    address = f"/o/acme/bank/{path}"
    assert member(OrganisationFactory(), Role.OWNER).get(address).status_code == 404
    assert client.get(address)["Location"].startswith("/accounts/login/?next=/o/acme/bank/")


@pytest.mark.parametrize("path", [*WRITE, *STEPS])
def test_only_authors_and_owners_write_to_the_bank(organisation, library, client, path) -> None:
    version = certified(saved(organisation))
    published(library, "shared")
    address = f"/o/acme/bank/{path}"
    assert member(organisation, Role.RECRUITER).post(address).status_code == 403
    assert member(OrganisationFactory(), Role.OWNER).post(address).status_code == 404
    assert client.post(address).status_code == 302
    version.refresh_from_db()
    assert (version.state, Question.objects.count(), QuestionVersion.objects.count()) == (State.DRAFT, 2, 2)


@pytest.mark.parametrize("path", [*STEPS, "a-question/preview/", "library/shared/clone/"])
def test_what_changes_rows_is_never_done_by_following_a_link(organisation, path) -> None:
    assert member(organisation).get(f"/o/acme/bank/{path}").status_code == 405


def test_a_question_of_another_organisation_is_not_found(organisation) -> None:
    published(OrganisationFactory(), "theirs")
    for path in ("theirs/", "theirs/edit/", "library/theirs/"):
        assert member(organisation).get(f"/o/acme/bank/{path}").status_code == 404


def test_a_draft_of_the_library_is_not_shown_to_others(organisation, library) -> None:
    published(library, "shared")
    saved(library, "shared", title="A secret draft")
    saved(library, "unseen", title="Another secret draft")
    client = member(organisation)
    pages = [client.get(f"/o/acme/bank/{path}").content.decode() for path in ("", "library/shared/")]
    assert [page for page in pages if "secret draft" in page] == []
    assert client.get("/o/acme/bank/library/shared/?v=2").status_code == 404
    assert client.get("/o/acme/bank/library/unseen/").status_code == 404


def titles(page: str) -> list[str]:
    return re.findall(r'<th scope="row">\s*<a href="[^"]+">([^<]+)</a>', page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Choice", "Draft", "Number", "Shared"]),
        ("?kind=choice", ["Choice"]),
        ("?topic=metrics", ["Number"]),
        ("?level=judge", ["Choice"]),
        ("?state=draft", ["Draft", "Number"]),
        ("?state=published", ["Choice", "Number", "Shared"]),
        ("?origin=library", ["Shared"]),
        ("?origin=own", ["Choice", "Draft", "Number"]),
        ("?search=minimises", ["Draft"]),
        ("?search=shar&kind=numeric", ["Shared"]),
        ("?kind=poem&topic=cooking&page=99", ["Choice", "Draft", "Number", "Shared"]),
    ],
)
def test_the_list_shows_what_the_filters_leave(organisation, library, query, expected) -> None:
    published(organisation, "one", kind=Kind.CHOICE, title="Choice", level="judge")
    published(organisation, "two", title="Number", topics=("metrics",))
    saved(organisation, "two", title="Newer number")
    saved(organisation, "three", title="Draft", statement="What minimises it?")
    published(library, "four", title="Shared")
    published(OrganisationFactory(), "five", title="Foreign")
    assert titles(member(organisation).get(f"/o/acme/bank/{query}").content.decode()) == expected


def test_the_list_counts_how_often_a_question_was_asked_over_its_versions(organisation) -> None:
    first = published(organisation)
    ResponseFactory(version=first)
    second = published(organisation, title="Newer")
    ResponseFactory.create_batch(2, version=second)
    page = member(organisation).get("/o/acme/bank/").content.decode()
    assert re.findall(r'<td class="number">(\d+)</td>', page) == ["5", "3"]


@pytest.mark.parametrize("path", ["", "shown/"])
def test_more_rows_cost_no_more_queries(organisation, library, path) -> None:
    client = member(organisation)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/o/acme/bank/{path}").status_code == 200
        return len(captured)

    published(organisation, "shown", title="1")
    one = queries()
    for number in (2, 3):
        published(organisation, f"q{number}", topics=("metrics", "binary"))
        published(library, f"l{number}")
        published(organisation, "shown", title=str(number))
    assert queries() == one


@pytest.mark.parametrize("kind", Kind.values)
def test_the_page_shows_the_question_as_the_candidate_sees_it(organisation, kind) -> None:
    version = published(organisation, kind=kind)
    page = member(organisation).get("/o/acme/bank/a-question/").content.decode()
    assert version.variants.get().statement_html in page
    answer = {"choice": 'name="option"', "numeric": 'id="answer-text"'}.get(kind, "<textarea")
    assert answer in page.split('aria-label="Answer"')[1].split("</section>")[0]


def test_the_variant_is_switched_with_its_key(organisation) -> None:
    saved(
        organisation,
        spec={"numeric": {"answer": "@{a}/2"}},
        statement="Halve @{a}.",
        variants=({"a": 8}, {"a": 30}),
        solutions_correct=(),
        solutions_wrong=(),
    )
    client = member(organisation)
    pages = [client.get(f"/o/acme/bank/a-question/?variant={number}").content.decode() for number in ("0", "1", "99")]
    assert [("Halve 8." in page, "<code>15</code>" in page) for page in pages] == [
        (True, False),
        (False, True),
        (True, False),
    ]


def test_the_checks_show_solutions_and_the_kill_matrix(organisation) -> None:
    published(organisation)
    page = member(organisation).get("/o/acme/bank/a-question/").content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", page.split('id="checks"')[1].split('id="versions-title"')[0]).split())
    assert "not_number.txt must fail by correctness wrong by correctness" in text
    assert "R1 sum instead of mean on ordinary cases caught and named" in text


def test_two_versions_are_compared_file_by_file(organisation) -> None:
    published(organisation, statement="What is a third?\n")
    saved(organisation, statement="What is one third?\n")
    page = member(organisation).get("/o/acme/bank/a-question/?v=2&against=1").content.decode()
    found = re.findall(r'<span data-kind="(added|removed)">(.*)', page)
    assert found == [("removed", "-What is a third?"), ("added", "+What is one third?")]


def test_the_page_opens_on_the_published_version_and_on_any_other_by_number(organisation) -> None:
    published(organisation, title="Published title")
    saved(organisation, title="Draft title")
    client = member(organisation)
    assert "<h1>Published title</h1>" in client.get("/o/acme/bank/a-question/").content.decode()
    assert "<h1>Draft title</h1>" in client.get("/o/acme/bank/a-question/?v=2").content.decode()
    assert client.get("/o/acme/bank/a-question/?v=7").status_code == 404


def test_saving_makes_a_draft_and_leaves_the_published_version_to_its_attempts(organisation) -> None:
    version = published(organisation)
    response = ResponseFactory(version=version)
    before = response.variant.statement_html
    data = fields_of(version, statement="What is $1/3$, to three digits?")
    answer = member(organisation).post("/o/acme/bank/a-question/edit/", data)
    assert answer["Location"] == "/o/acme/bank/a-question/?v=2"
    draft = QuestionVersion.objects.get(number=2)
    version.refresh_from_db()
    response.refresh_from_db()
    assert (draft.state, version.state) == (State.DRAFT, State.PUBLISHED)
    assert (response.version, response.variant.statement_html) == (version, before)


def test_saving_without_a_change_makes_no_version(organisation) -> None:
    version = published(organisation, kind=Kind.CODING)
    answer = member(organisation).post("/o/acme/bank/a-question/edit/", fields_of(version))
    assert (answer["Location"], QuestionVersion.objects.count()) == ("/o/acme/bank/a-question/?v=1", 1)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"title": ""}, "title", "This field is required."),
        ({"minutes": "0"}, "minutes", "Ensure this value is greater than or equal to 1."),
        ({"topics": []}, "topics", "This field is required."),
        ({"statement": r"Now $\frac{1$"}, "statement", r"the formula «\frac{1» cannot be read: at character 8"),
        ({"statement": "Give @{b}."}, "statement", "@{b} is not a parameter of the variant"),
        ({"explanation": r"$\foo$"}, "explanation", r"Unknown command &quot;\foo&quot;"),
        ({"spec": "[numeric"}, "spec", "not valid TOML"),
        ({"spec": '[numeric]\nanswer = "a third"'}, "spec", "numeric.answer"),
        ({"variants": "[[variants]]\na = "}, "variants", "not valid TOML"),
        ({"variants": 'title = "x"'}, "variants", "expected tables [[variants]] only, got title"),
        ({"solutions-0-name": "../../up.txt"}, "solutions-0-name", "Expected letters, digits, dots, dashes"),
    ],
)
def test_an_error_stands_by_its_field_and_nothing_typed_is_lost(organisation, changes, field, message) -> None:
    version = published(organisation)
    typed = fields_of(version, **changes)
    answer = member(organisation).post("/o/acme/bank/a-question/edit/", typed)
    page = answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
    assert answer.status_code == 422
    assert message.replace("&quot;", '"') in page.split(f'id="id_{field}_error"')[1].split("</ul>")[0]
    assert QuestionVersion.objects.count() == 1
    assert (str(typed["statement"]).splitlines()[0]) in page


def test_a_wrong_solution_that_names_no_reason_is_an_error_of_the_whole(organisation) -> None:
    version = published(organisation)
    data = fields_of(version, **{"solutions-1-text": "2/3"})
    page = member(organisation).post("/o/acme/bank/a-question/edit/", data).content.decode()
    assert "solutions/wrong/not_number.txt: line 1: expected `# expects: CHECK or CODE`" in page


def test_solutions_are_added_and_removed(organisation) -> None:
    version = published(organisation)
    data = fields_of(version, **{"solutions-0-DELETE": "on", "solutions-TOTAL_FORMS": 3})
    data |= {"solutions-2-side": "correct", "solutions-2-name": "decimal.txt", "solutions-2-text": "0.3333"}
    member(organisation).post("/o/acme/bank/a-question/edit/", data)
    rows = QuestionVersion.objects.get(number=2).specs.get().solutions
    assert [(row["path"], row["right"]) for row in rows] == [("decimal.txt", True), ("not_number.txt", False)]


def test_the_preview_shows_the_fields_as_typed_and_saves_nothing(organisation) -> None:
    version = published(organisation)
    data = fields_of(version, statement="Now <script>alert(1)</script> $x^2$", title="Typed")
    page = member(organisation).post("/o/acme/bank/a-question/preview/", data).content.decode()
    assert "<h2>Typed</h2>" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <math>" in page
    assert QuestionVersion.objects.count() == 1


def test_the_preview_lists_what_keeps_it_from_showing(organisation) -> None:
    version = published(organisation)
    data = fields_of(version, statement=r"$\foo$", spec="x = ")
    page = member(organisation).post("/o/acme/bank/a-question/preview/", data).content.decode()
    assert '<a href="#id_spec">Spec</a>: not valid TOML' in page


def test_a_new_question_takes_its_slug_from_the_title(organisation) -> None:
    client = member(organisation)
    assert 'value="new-' not in client.get("/o/acme/bank/new/?kind=numeric").content.decode()
    skeleton = saved(OrganisationFactory())
    data = fields_of(skeleton, title="Half of a Third")
    assert client.post("/o/acme/bank/new/?kind=numeric", data)["Location"] == "/o/acme/bank/half-of-a-third/?v=1"
    again = client.post("/o/acme/bank/new/?kind=numeric", data)
    assert (again.status_code, "exists already" in again.content.decode()) == (422, True)
    reserved = client.post("/o/acme/bank/new/?kind=numeric", data | {"title": "Library"})
    assert (reserved.status_code, Question.objects.filter(organisation=organisation).count()) == (422, 1)


@pytest.mark.parametrize("query", ["", "?kind=poem"])
def test_a_new_question_needs_a_kind_that_exists(organisation, query) -> None:
    assert member(organisation).get(f"/o/acme/bank/new/{query}").status_code == 404


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
    assert "HX-Refresh" not in waiting.headers
    run = CertificationRun.objects.get()
    services.record_certification(run_id=run.pk, token=run.token, passed=True, result=RESULT)
    done = client.get("/o/acme/bank/a-question/1/certification/")
    assert (done["HX-Refresh"], "Certified" in done.content.decode()) == ("true", True)


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


def test_a_member_of_nothing_reads_nothing(organisation) -> None:
    client = Client()
    client.force_login(UserFactory())
    assert client.get("/o/acme/bank/").status_code == 404
