from __future__ import annotations

import html
import re

import pytest

from assessments import broker
from assessments.bank import services, skeletons
from assessments.bank.forms import Editor
from assessments.bank.models import Kind, Question, QuestionVersion, State, WorkingCopy
from tests.bank import fields_of, member, posted, published, saved
from tests.factories import OrganisationFactory, ResponseFactory, UserFactory

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


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"title": ""}, "title", "This field is required."),
        ({"minutes": "0"}, "minutes", "Ensure this value is greater than or equal to 1."),
        ({"topics": []}, "topics", "This field is required."),
        ({"statement": r"Now $\frac{1$"}, "statement", r"the formula «\frac{1» cannot be read: at character 8"),
        ({"statement": "Give @{b}."}, "statement", "@{b} is not a parameter of the variant"),
        ({"explanation": r"$\foo$"}, "explanation", r'Unknown command "\foo"'),
        ({"spec-answer": ""}, "spec-answer", "This field is required."),
        ({"spec-answer": "a third"}, "spec-answer", "'a' is not a number"),
        ({"spec-rtol": "-1"}, "spec-rtol", "expected a number, at least 0, got -1"),
        ({"spec-further": "[numeric"}, "spec-further", "not valid TOML"),
        ({"spec-further": "[numeric]\nanswer = 1"}, "spec-further", "numeric.answer has a field of its own"),
        ({"spec-further": "[numeric]\nanser = 1"}, "spec-further", "did you mean answer?"),
        ({"variants": "a\nx y"}, "variants", "“x y” cannot be read: expected numbers, or texts in quotes"),
        ({"variants": "a, b\n1"}, "variants", "expected 2 values for a, b, got 1"),
        ({"solutions-0-name": "../../up.txt"}, "solutions-0-name", "Expected letters, digits, dots, dashes"),
    ],
)
def test_an_error_stands_by_its_field_and_nothing_typed_is_lost(organisation, changes, field, message) -> None:
    version = published(organisation)
    client = member(organisation)
    answer = client.post("/o/acme/bank/a-question/edit/", fields_of(version, **changes))
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert message in page.split(f'id="id_{field}_error"')[1].split("</ul>")[0]
    assert QuestionVersion.objects.count() == 1
    again = html.unescape(client.get("/o/acme/bank/a-question/edit/").content.decode())
    for text in (page, again):
        assert str(next(iter(changes.values())) or "A title").splitlines()[0] in text
    assert "You go on where you stopped" in again


@pytest.mark.parametrize(
    ("kind", "changes", "element", "message"),
    [
        (Kind.CHOICE, {"options-1-text": ""}, "id_options-1-text", "This field is required."),
        (Kind.CHOICE, {"options-1-credit": "7"}, "id_options-1-credit", "expected a number from -1 to 1, got 7"),
        (Kind.CHOICE, {"options-1-text": "$\\foo$"}, "id_options-1-text", "Unknown command"),
        (Kind.CHOICE, {"options-0-credit": "0"}, "options-rows", "no option has a credit above 0"),
        (Kind.MATCHING, {"pairs-1-right": "$x"}, None, ""),
        (Kind.DERIVATION, {"variables-0-value": "integre"}, "variables-rows", "integre"),
        (Kind.CODING, {"spec-draw": "float16"}, "id_spec-draw", "float16: not known; did you mean float32?"),
        (Kind.LAB, {"spec-held_out": "2"}, "id_spec-held_out", "at most 1, got 2"),
        (Kind.LAB, {"spec-scenario": "moon"}, "id_spec-scenario", "expected one of outliers"),
        (Kind.WRITTEN, {"rubric-0-levels": "two: good"}, "id_rubric-0-levels", "expected lines such as"),
    ],
)
def test_a_problem_leads_to_the_row_or_field_where_it_is_mended(organisation, kind, changes, element, message) -> None:
    version = published(organisation, kind=kind)
    answer = member(organisation).post("/o/acme/bank/a-question/edit/", fields_of(version, **changes))
    page = html.unescape(answer.content.decode())
    if element is None:
        assert answer.status_code == 302
        return
    told = re.findall(r'<li><a href="#([^"]+)">[^<]+</a>: ([^<]+)', page)
    assert [where for where, _ in told] == [element]
    assert message in told[0][1]
    assert f'id="{element}"' in page


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_is_edited_by_fields_and_saved_as_it_was(organisation, kind) -> None:
    version = published(organisation, kind=kind)
    answer = member(organisation).post("/o/acme/bank/a-question/edit/", fields_of(version))
    assert (answer["Location"], QuestionVersion.objects.count()) == ("/o/acme/bank/a-question/?v=1", 1)


def test_what_no_field_can_hold_stays_as_toml_and_is_kept(organisation) -> None:
    check = {"reference": "mean_squared_error", "args": {"y_true": [1.0], "y_pred": [2.0]}}
    spec = {"numeric": {"answer": 1, "atol": 1e-3, "lossref": check}, "limits": {"case_seconds": 1.5}}
    version = published(organisation, spec=spec, solutions_correct=(), solutions_wrong=())
    client = member(organisation)
    client.post("/o/acme/bank/a-question/edit/", fields_of(version, **{"spec-unit": "nats"}))
    stored = QuestionVersion.objects.get(number=2).specs.get().spec
    assert stored == {"numeric": {**spec["numeric"], "unit": "nats"}, "limits": spec["limits"]}


def test_rows_are_added_removed_and_locked_in_their_order(organisation) -> None:
    version = published(organisation, kind=Kind.CHOICE)
    changes = {"options-TOTAL_FORMS": 4, "options-2-text": "Both of them", "options-2-feedback": "Only one is right."}
    changes |= {"options-3-text": "Neither", "options-1-DELETE": "on", "spec-shuffle": "on"}
    changes |= {"solutions-1-DELETE": "on"}
    member(organisation).post("/o/acme/bank/a-question/edit/", fields_of(version, **changes))
    assert QuestionVersion.objects.get(number=2).specs.get().spec == {
        "choice": {
            "options": [
                {"text": "The right option", "credit": 1, "feedback": "Why it is right."},
                {"text": "Both of them", "feedback": "Only one is right."},
                {"text": "Neither"},
            ],
            "multiple": False,
            "shuffle": False,
        }
    }


def test_a_button_without_a_script_gives_one_more_row_and_saves_nothing(organisation) -> None:
    version = published(organisation, kind=Kind.ORDERING)
    data = fields_of(version, title="Typed", add="items")
    page = member(organisation).post("/o/acme/bank/a-question/edit/", data).content.decode()
    assert ('name="items-3-text"' in page, 'value="Typed"' in page) == (True, True)
    assert QuestionVersion.objects.count() == 1


def test_variants_are_a_table_of_numbers_and_texts(organisation) -> None:
    version = published(organisation)
    typed = 'p, loss\n0.25, "Huber"\n-3, "1/3"\n'
    changes = {"variants": typed, "statement": "Give @{p} of @{loss}."}
    client = member(organisation)
    client.post("/o/acme/bank/a-question/edit/", fields_of(version, **changes))
    rows = QuestionVersion.objects.get(number=2).variants.values_list("parameters", flat=True)
    assert list(rows) == [{"p": 0.25, "loss": "Huber"}, {"p": -3, "loss": "1/3"}]
    page = html.unescape(client.get("/o/acme/bank/a-question/edit/").content.decode())
    assert '0.25, "Huber"\n-3, "1/3"' in page


def test_what_is_typed_is_kept_for_its_author_until_it_is_saved_or_dropped(organisation) -> None:
    version = published(organisation)
    ana, ben = member(organisation), member(organisation)
    ana.post("/o/acme/bank/a-question/preview/", fields_of(version, title="Half a thought", statement="$\\frac{"))
    page = ana.get("/o/acme/bank/a-question/edit/").content.decode()
    assert ('value="Half a thought"' in page, "You go on where you stopped" in page) == (True, True)
    assert "Half a thought" not in ben.get("/o/acme/bank/a-question/edit/").content.decode()
    ana.post("/o/acme/bank/a-question/discard/")
    assert "Half a thought" not in ana.get("/o/acme/bank/a-question/edit/").content.decode()
    ana.post("/o/acme/bank/a-question/preview/", fields_of(version, title="Whole"))
    ana.post("/o/acme/bank/a-question/edit/", fields_of(version, title="Whole"))
    assert WorkingCopy.objects.count() == 0


def test_fields_that_say_what_the_version_says_are_nothing_to_keep(organisation) -> None:
    version = published(organisation, kind=Kind.CODING)
    client = member(organisation)
    client.post("/o/acme/bank/a-question/preview/", fields_of(version, title="Other"))
    client.post("/o/acme/bank/a-question/preview/", fields_of(version))
    assert WorkingCopy.objects.count() == 0


def test_a_new_question_is_kept_before_it_has_a_title(organisation) -> None:
    client = member(organisation)
    data = posted(Editor(question=skeletons.question(Kind.CHOICE, "new"))) | {"statement": "What minimises it?"}
    page = client.post("/o/acme/bank/new/preview/?kind=choice", data).content.decode()
    assert ("<p>What minimises it?</p>" in page, "Still to come: title, topics." in page) == (True, True)
    assert "What minimises it?" in client.get("/o/acme/bank/new/?kind=choice").content.decode()
    assert "What minimises it?" not in client.get("/o/acme/bank/new/?kind=numeric").content.decode()


def test_who_was_overtaken_is_told_and_may_save_over_it(organisation) -> None:
    version = saved(organisation)
    typed = fields_of(version, title="Mine")
    saved(organisation, title="Theirs", author=UserFactory(name="Ben"))
    client = member(organisation)
    refused = client.post("/o/acme/bank/a-question/edit/", typed)
    assert "Ben saved version 2 since you began" in refused.content.decode()
    assert 'name="base" value="2"' in refused.content.decode()
    client.post("/o/acme/bank/a-question/edit/", typed | {"base": 2})
    assert QuestionVersion.objects.get(number=3).title == "Mine"


def test_an_older_version_is_taken_up_again(organisation) -> None:
    saved(organisation, title="First")
    saved(organisation, title="Second")
    page = member(organisation).get("/o/acme/bank/a-question/edit/?from=1").content.decode()
    assert ('value="First"' in page, 'name="base" value="2"' in page) == (True, True)


def test_saving_and_certifying_is_one_step(organisation, monkeypatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(broker, "send", lambda task, **_: sent.append(task))
    data = fields_of(published(organisation), title="Another", certify="1")
    member(organisation).post("/o/acme/bank/a-question/edit/", data)
    assert sent == ["grader.certify"]


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
    data = fields_of(version, **{"statement": r"$\foo$", "spec-further": "x = "})
    page = member(organisation).post("/o/acme/bank/a-question/preview/", data).content.decode()
    assert '<a href="#id_spec-further">Further settings</a>: not valid TOML' in page


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


def previewed(organisation, slug: str, **changes) -> str:
    version = QuestionVersion.objects.get(question__slug=slug, question__organisation=organisation)
    return html.unescape(
        member(organisation).post(f"/o/acme/bank/{slug}/preview/", fields_of(version, **changes)).content.decode()
    )


def test_the_preview_lists_every_variant_with_its_key(organisation) -> None:
    saved(organisation)
    ranges = (
        'count = 3\nconstraints = ["@{a} < @{b}"]\nparameters.a = { from = 2, to = 3, step = 1 }\nparameters.b = [4]'
    )
    two = {"statement": "The mean of @{a} and @{b}?", "spec-answer": "(@{a} + @{b})/2"}
    assert "3 are asked for and 2 are fit" in previewed(organisation, "a-question", variants=ranges, **two)
    shown = previewed(organisation, "a-question", variants=ranges.replace("count = 3", "count = 2"), **two)
    rows = re.findall(r"<th scope=\"row\">(\d)</th><td>(.*?)\n</td><td><code>(.*?)</code>", shown)
    keys = {re.sub("<.*?>", "", parameters): key for _, parameters, key in rows}
    assert keys == {"a = 2, b = 4": "3", "a = 3, b = 4": "3.5"}


def test_the_example_of_ranges_in_the_help_can_be_typed_as_it_stands(organisation) -> None:
    from assessments.bank import grids
    from assessments.bank.forms.head import HeadForm

    told = re.findall("«(.*?)»", str(HeadForm.base_fields["variants"].help_text))
    assert grids.read("\n".join(told)) == {
        "count": 5,
        "constraints": ["@{a} > 2"],
        "parameters": {"a": {"from": 1, "to": 9, "step": 1}, "b": [2, 4, 8]},
    }


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        (Kind.CHOICE, "“Why it is right.”, “A tempting one”, “Why it is wrong.”."),
        (Kind.MATCHING, "“Its partner”, “Another”, “The other's partner”."),
        (Kind.WRITTEN, "“What must be said”, “…”."),
        (Kind.NUMERIC, "the statement."),
    ],
)
def test_what_still_stands_as_the_skeleton_had_it_is_told(organisation, kind, left) -> None:
    saved(organisation, kind=kind)
    page = previewed(organisation, "a-question")
    told = page.split("Still as it was begun: ")[1].split("</p>")[0]
    assert (told.startswith("the statement"), told.endswith(left), "Fields in order" in page) == (True, True, False)
    after = previewed(organisation, "a-question", statement="Which one?")
    assert ("the statement" in after.split("Still as it was begun: ")[-1].split("</p>")[0]) is False
