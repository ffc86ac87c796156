from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.bank import services
from assessments.bank.models import Kind, Question, QuestionVersion, State
from assessments.people.models import Role
from tests.bank import certified, member, published, saved
from tests.factories import AttemptItemFactory, OrganisationFactory, UserFactory

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


READ = ["", "a-question/", "a-question/edit/", "new/?kind=choice", "a-question/1/certification/", "library/shared/"]
READ += ["a-question/compare/", "a-question/usage/", "a-question/1/try/", "shared/usage/"]
WRITE = ["a-question/edit/", "a-question/preview/", "new/?kind=choice", "library/shared/clone/"]
WRITE += ["a-question/discard/", "a-question/duplicate/", "a-question/1/try/"]
STEPS = [f"a-question/1/{step}/" for step in ("certify", "review", "publish", "retire", "send-back", "reinstate")]


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


@pytest.mark.parametrize("path", [*STEPS, "a-question/preview/", "a-question/discard/", "library/shared/clone/"])
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


def test_what_waits_for_a_reader_is_found_behind_its_published_version(organisation) -> None:
    published(organisation, "one", title="Standing")
    services.request_review(version=certified(saved(organisation, "one", title="Newer")), actor=UserFactory())
    saved(organisation, "two", title="Draft")
    client = member(organisation)
    page = client.get("/o/acme/bank/?state=in_review").content.decode()
    assert (titles(page), 'data-kind="info">In review</span>' in page) == (["Standing"], True)
    assert titles(client.get("/o/acme/bank/?state=draft").content.decode()) == ["Draft"]


def test_the_list_counts_how_often_a_question_was_asked_over_its_versions(organisation) -> None:
    first = published(organisation)
    AttemptItemFactory(response__version=first)
    second = published(organisation, title="Newer")
    AttemptItemFactory.create_batch(2, response__version=second)
    AttemptItemFactory(response__version=second, attempt__is_practice=True)
    AttemptItemFactory(response__version=second, attempt__invitation__candidate__is_simulated=True)
    page = member(organisation).get("/o/acme/bank/").content.decode()
    assert re.findall(r'<td class="number">(\d+)</td>', page) == ["5", "3"]


@pytest.mark.parametrize("path", ["", "shown/", "shown/compare/", "shown/usage/"])
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
    places = dict.fromkeys(("ordering", "matching"), 'name="place"')
    answer = {"choice": 'name="option"', "numeric": 'id="answer-text"', **places}.get(kind, "<textarea")
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
    key = "<dt>Right answer</dt><dd><code>15</code>"
    assert [("Halve 8." in page, key in page) for page in pages] == [
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
    client = member(organisation)
    for view in ("side", "unified"):
        page = client.get(f"/o/acme/bank/a-question/compare/?from=1&to=2&view={view}").content.decode()
        assert re.findall(r"<h2 id=[^>]+>([^<]+)", page) == ["Statement"]
        assert re.findall(r"(removed|added): </span>(.*?)</td>", page) == [
            ("removed", "What is <del>a</del> third?"),
            ("added", "What is <ins>one</ins> third?"),
        ]
    same = client.get("/o/acme/bank/a-question/compare/?from=2&to=2").content.decode()
    assert "The two say the same, word for word." in same
    assert client.get("/o/acme/bank/a-question/compare/?from=7&to=2").status_code == 404


def test_the_page_opens_on_the_published_version_and_on_any_other_by_number(organisation) -> None:
    published(organisation, title="Published title")
    saved(organisation, title="Draft title")
    client = member(organisation)
    assert "<h1>Published title</h1>" in client.get("/o/acme/bank/a-question/").content.decode()
    assert "<h1>Draft title</h1>" in client.get("/o/acme/bank/a-question/?v=2").content.decode()
    assert client.get("/o/acme/bank/a-question/?v=7").status_code == 404
