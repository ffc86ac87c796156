from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from assessments.bank import services
from assessments.bank.exchange import archives, bundle, formats
from assessments.bank.exchange import services as exchange
from assessments.bank.exchange.report import Defaults, Item
from assessments.bank.forms import exchange as forms
from assessments.bank.models import Kind, Question, QuestionVersion, State, Upload
from assessments.people.models import Role
from tests.bank import a_question, member, published, saved
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
GIFT = b"::Means::What minimises squares?{=the mean~the mode}\n\nA description.\n\nWho?{=me}\n"


@pytest.fixture(autouse=True)
def _topics() -> None:
    services.create_topics()


@pytest.fixture
def organisation():
    return OrganisationFactory(name="Acme", slug="acme")


def sent(client, content: bytes = GIFT, name: str = "quiz.gift", **fields: str):
    file = SimpleUploadedFile(name, content)
    data = {"file": file, "form": "auto", "topic": "metrics", "level": "judge"} | fields
    return client.post("/o/acme/bank/exchange/import/", data)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_an_upload_shows_what_it_would_bring_and_brings_it_when_told(organisation) -> None:
    client = member(organisation)
    address = sent(client)["Location"]
    assert Question.objects.count() == 0
    page = text_of(client.get(address))
    assert 'What <span class="nowrap">quiz.gift</span> would bring' in page
    assert "Import all 2 questions" in page
    assert [words for words in ("All 3", "Taken 1", "Changed 1", "Left out 1") if words not in page] == []
    assert "a description, which asks nothing" in page
    assert client.post(f"{address}take/")["Location"] == "/o/acme/bank/?state=draft"
    means = QuestionVersion.objects.get(question__slug="means")
    assert (means.state, means.level, means.topics.get().slug) == (State.DRAFT, "judge", "metrics")
    assert (QuestionVersion.objects.count(), Upload.objects.count()) == (2, 0)


def test_the_lines_are_shown_by_what_became_of_the_question(organisation) -> None:
    client = member(organisation)
    address = sent(client)["Location"]
    for fate, shown, hidden in (("taken", "new draft means", "description"), ("left out", "description", "new draft")):
        page = text_of(client.get(address, {"fate": fate})).split("<tbody>")[1]
        assert (shown in page, hidden in page) == (True, False)


def test_an_upload_that_is_cancelled_leaves_nothing(organisation) -> None:
    client = member(organisation)
    address = sent(client)["Location"]
    assert client.post(f"{address}discard/")["Location"] == "/o/acme/bank/exchange/import/"
    assert (Question.objects.count(), Upload.objects.count()) == (0, 0)
    assert client.get(address).status_code == client.post(f"{address}take/").status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"\x00\x01\x02", "image.png", "Expected questions as Subgradient bundle"),
        (b"", "empty.gift", "The submitted file is empty."),
        (b"PK\x03\x04broken", "a.zip", "A.zip: expected a zip archive, got one that cannot be read"),
        (archives.pack({"../evil": b""}), "a.zip", "expected a path inside of the archive"),
    ],
)
def test_a_file_that_is_refused_is_refused_in_words(organisation, content: bytes, name: str, words: str) -> None:
    response = sent(member(organisation), content, name)
    assert (response.status_code, words in text_of(response)) == (422, True)
    assert Upload.objects.count() == 0


def test_a_file_that_is_too_large_is_refused_with_both_numbers(organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "MOST_BYTES", 50)
    response = sent(member(organisation))
    assert response.status_code == 422
    assert f"Expected up to 50 bytes: quiz.gift has {len(GIFT)} bytes. Split it." in text_of(response)


def test_a_file_of_too_many_questions_is_refused_unread(organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "MOST_QUESTIONS", 1)
    response = sent(member(organisation))
    assert "Expected up to 1 question at once, got more: split the file." in text_of(response)


def test_a_bundle_becomes_the_next_version_of_the_question_of_its_name(organisation) -> None:
    published(organisation, "a")
    files = bundle.write([Item("a", "a", a_question(slug="a", title="Better"))])
    client = member(organisation)
    address = sent(client, archives.pack(files), "bundle.zip")["Location"]
    assert "version 2 of a" in text_of(client.get(address))
    client.post(f"{address}take/")
    assert [(row.number, row.state) for row in Question.objects.get().versions.all()] == [
        (2, "draft"),
        (1, "published"),
    ]


def test_a_file_of_another_or_of_another_organisation_is_not_found(organisation) -> None:
    address = sent(member(organisation))["Location"]
    for client in (member(organisation), member(OrganisationFactory(), Role.OWNER)):
        assert client.get(address).status_code == 404
        assert client.post(f"{address}take/").status_code == 404
        assert client.post(f"{address}discard/").status_code == 404
    assert Upload.objects.count() == 1


@pytest.mark.parametrize("path", ["import/", "export/", "export/file/"])
def test_only_authors_come_here(organisation, client, path: str) -> None:
    address = f"/o/acme/bank/exchange/{path}"
    assert member(organisation, Role.AUTHOR).get(address).status_code == 200
    assert member(organisation, Role.RECRUITER).get(address).status_code == 403
    assert member(OrganisationFactory(), Role.OWNER).get(address).status_code == 404
    assert client.get(address)["Location"].startswith("/accounts/login/")


def test_a_file_that_was_forgotten_goes_with_the_next(organisation) -> None:
    client = member(organisation)
    forgotten = sent(client)["Location"]
    Upload.objects.update(created_at=timezone.now() - timedelta(days=2))
    sent(client)
    assert (Upload.objects.count(), client.get(forgotten).status_code) == (1, 404)


@pytest.mark.parametrize("name", formats.FORMATS)
def test_an_export_says_what_is_held_and_gives_the_file(organisation, name: str) -> None:
    saved(organisation, "numbers")
    saved(organisation, "proof", kind=Kind.DERIVATION)
    client = member(organisation)
    page = text_of(client.get("/o/acme/bank/exchange/export/", {"form": name}))
    assert ("Left out 1" in page) == (name != "bundle")
    response = client.get("/o/acme/bank/exchange/export/file/", {"form": name})
    file = response["Content-Disposition"].split('"')[1]
    files = archives.unpack(response.content, file)
    items = [item for item in formats.of(files).read(files, Defaults()) if item.question]
    assert (formats.of(files).name, len(items)) == (name, 2 if name == "bundle" else 1)


def test_one_question_is_exported_alone_and_those_of_others_never(organisation) -> None:
    published(organisation, "ours")
    published(organisation, "other")
    published(OrganisationFactory(), "theirs")
    client = member(organisation)
    response = client.get("/o/acme/bank/exchange/export/file/", {"form": "bundle", "question": "ours"})
    files = archives.unpack(response.content, "x")
    assert {name.split("/")[1] for name in files if "/" in name} == {"ours"}
    for path in ("export/", "export/file/"):
        assert client.get(f"/o/acme/bank/exchange/{path}", {"question": "theirs"}).status_code == 404
        assert client.get(f"/o/acme/bank/exchange/{path}", {"form": "word"}).status_code == 404


@pytest.mark.parametrize("path", ["export/", "export/file/"])
def test_the_number_of_queries_does_not_grow_with_the_bank(organisation, path: str, django_assert_num_queries) -> None:
    client = member(organisation)
    address = f"/o/acme/bank/exchange/{path}"
    saved(organisation, "a")
    with django_assert_num_queries(8):
        client.get(address)
    saved(organisation, "b")
    saved(organisation, "c")
    with django_assert_num_queries(8):
        client.get(address)
