from __future__ import annotations

import pytest

from assessments.bank import services
from assessments.bank.models import Kind, Question, QuestionVersion, State
from tests.bank import fields_of, member, published, saved
from tests.factories import OrganisationFactory, ResponseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _topics() -> None:
    services.create_topics()


@pytest.fixture
def organisation():
    return OrganisationFactory(name="Acme", slug="acme")


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
