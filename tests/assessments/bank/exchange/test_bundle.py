from __future__ import annotations

import dataclasses
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments.bank import folders, services
from assessments.bank.exchange import archives, bundle, report, selectors
from assessments.bank.exchange.report import Defaults, Fate, Item
from assessments.bank.exchange.services import bring_in, rehearse
from assessments.bank.management import CONTENT, question_folders
from assessments.bank.models import Kind, Question, QuestionVersion, State
from assessments.people.models import AuditEvent
from grader.questions import Solution
from tests.bank import a_question, published, saved
from tests.factories import OrganisationFactory, UserFactory

# One of each kind and whatever else is unlike the others: its own reference, variants, ranges, steps, code in a lab.
SUBSET = (
    "expectile-loss", "cross-entropy-by-hand", "order-an-adam-step", "train-on-wrong-labels", "train-on-counts",
    "svm-or-logistic", "largest-stable-rate", "huber-loss", "weight-of-a-line-step-by-step", "huber-by-region",
    "what-the-hinge-does", "adam-step-in-code", "likelihoods-and-losses", "slope-of-the-gaussian-kl",
    "logit-to-loss",
)  # fmt: skip


def read(files: dict[str, bytes]) -> list[Item]:
    return bundle.read(files, Defaults())


def of(question) -> Item:
    return Item(question.slug, question.title, question)


def told(files: dict[str, bytes]) -> list[str]:
    return [str(line) for line in report.lines(read(files))]


@pytest.mark.django_db
def test_what_was_exported_imported_and_exported_again_is_the_same_to_the_byte(tmp_path: Path) -> None:
    chosen = [path for path in question_folders(CONTENT) if path.name in SUBSET]
    assert len(chosen) == len(SUBSET)
    services.create_topics()
    sender, receiver = OrganisationFactory(slug="sender"), OrganisationFactory(slug="receiver")
    for path in chosen:
        services.import_folder(organisation=sender, folder=path)
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    call_command("export_bank", to=first, organisation="sender", stdout=StringIO())
    call_command("import_bank", str(first), organisation="receiver", stdout=StringIO())
    call_command("export_bank", to=second, organisation="receiver", stdout=StringIO())
    assert first.read_bytes() == second.read_bytes()
    assert QuestionVersion.objects.filter(question__organisation=receiver, state=State.DRAFT).count() == len(SUBSET)
    for path in chosen:
        held = QuestionVersion.objects.get(question__organisation=receiver, question__slug=path.name)
        assert held.content_hash == folders.content_hash(folders.read_checked(path))


@pytest.mark.parametrize("kind", Kind.values)
def test_a_bundle_holds_all_that_a_question_says(kind: str) -> None:
    question = a_question(
        kind,
        topics=("binary", "metrics"),
        level="judge",
        tags=("π", 'a "word"'),
        licence="CC0-1.0",
        source="Someone, 2020",
        explanation="Because $x$.\n\nSo.",
    )
    (item,) = read(bundle.write([of(question)]))
    assert (item.fate, item.question) == (Fate.TAKEN, question)


def test_the_order_of_keys_and_of_questions_does_not_show() -> None:
    one = a_question(Kind.CHOICE)
    turned = {
        "choice": {
            "options": [dict(reversed(option.items())) for option in one.spec["choice"]["options"]],
            "multiple": False,
        }
    }
    other = dataclasses.replace(one, spec=turned)
    assert bundle.write([of(one), of(a_question(slug="b"))]) == bundle.write([of(a_question(slug="b")), of(other)])


def test_an_empty_solution_is_not_lost() -> None:
    question = a_question(solutions_wrong=(Solution("empty.txt", "", ("rejected",)),))
    (item,) = read(bundle.write([of(question)]))
    assert item.question == question


def test_a_folder_of_the_content_and_a_bundle_in_a_folder_of_its_own_are_read_too() -> None:
    files = {f"any/where/{path}": text for path, text in bundle.write([of(a_question())]).items()}
    assert [item.question for item in read(files)] == [a_question()]


def test_a_broken_question_is_left_out_with_every_problem_and_its_place_and_the_others_are_taken() -> None:
    files = bundle.write([of(a_question()), of(a_question(slug="b"))])
    files["questions/b/question.toml"] = b'title = "T"\nkind = "numeric"\ntopics = ["cooking"]\nlevel = "hard"\n'
    assert told(files) == [
        "questions/a-question: taken: A title",
        (
            "questions/b/question.toml: left out: b: expected a question that the bank can hold, got question.toml:"
            " level: expected one of recall, apply, judge, got 'hard': left out"
        ),
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.txt", b"", "expected a file of a question's folder"),
        ("bundle.toml", b"version = 2", "expected version 1 of the bundle's format, got 2"),
        ("bundle.toml", b"\xff", "expected version 1 of the bundle's format"),
        ("questions/a-question/statement.md", b"\xff", "expected UTF-8 text"),
        ("questions/a-question/notes.md", b"x", "not a file of a question folder"),
        ("questions/new/question.toml", b"", "expected a folder named by up to 100 letters"),
        ("questions/a b/question.toml", b"", "expected a folder named by up to 100 letters"),
        ("question.toml", b"", "expected a folder named by up to 100 letters"),
        ("other/a-question/question.toml", b"", "expected each slug once"),
        (
            "questions/a-question/spec.toml",
            b"[numeric]\nanswer = 1\nunit = 2020-01-01\n",
            "true or false, got 2020-01-01",
        ),
        ("questions/a-question/spec.toml", b"[numeric]\nanswer = 1\natol = inf\n", "expected a finite number, got inf"),
        ("questions/a-question/spec.toml", b'[numeric]\nanswer = 1\nunit = "\\u0000"\n', "got a NUL character"),
        ("questions/a-question/spec.toml", b"[" * 3000, "not valid TOML"),
    ],
)
def test_what_is_not_of_a_bundle_is_told(name: str, content: bytes, words: str) -> None:
    files = bundle.write([of(a_question())]) | {name: content}
    assert [line for line in told(files) if words in line and ": left out: " in line] != []


@pytest.mark.django_db
class TestBringingIn:
    @pytest.fixture(autouse=True)
    def _topics(self) -> None:
        services.create_topics()

    @pytest.fixture
    def organisation(self):
        return OrganisationFactory(slug="acme")

    def test_a_rehearsal_tells_what_would_be_done_and_does_nothing(self, organisation) -> None:
        saved(organisation, "a")
        saved(organisation, "b")
        items = [of(a_question(slug="a")), of(a_question(slug="b", title="Another")), of(a_question(slug="c"))]
        before = (QuestionVersion.objects.count(), AuditEvent.objects.count())
        rehearse(organisation=organisation, items=items, author=None, named=True)
        assert [item.done for item in items] == ["a has this content already", "version 2 of b", "new draft c"]
        assert (QuestionVersion.objects.count(), AuditEvent.objects.count()) == before

    def test_what_is_brought_in_is_a_draft_of_its_author_and_is_audited(self, organisation) -> None:
        author = UserFactory()
        (version,) = bring_in(organisation=organisation, items=[of(a_question())], author=author, named=True)
        assert (version.state, version.created_by) == (State.DRAFT, author)
        event = AuditEvent.objects.get(verb="bank.imported")
        assert event.data == {"report": "1 taken, 0 changed, 0 left out", "versions": [version.pk]}

    def test_a_file_without_slugs_of_ours_overwrites_no_question(self, organisation) -> None:
        published(organisation, "a", title="Ours")
        items = [
            of(a_question(slug="a")),
            of(a_question(slug="a", title="Third")),
            of(a_question(slug="a", title="Ours")),
        ]
        bring_in(organisation=organisation, items=items, author=None, named=False)
        assert [item.done for item in items] == ["new draft a-2", "new draft a-3", "a has this content already"]
        assert Question.objects.get(slug="a").versions.count() == 1

    def test_all_or_nothing_is_brought_in(self, organisation, monkeypatch: pytest.MonkeyPatch) -> None:
        save = services.save_version

        def failing(*, question, **rest):
            if question.slug == "b":
                raise RuntimeError("the line went dead")
            return save(question=question, **rest)

        monkeypatch.setattr("assessments.bank.exchange.services.save_version", failing)
        with pytest.raises(RuntimeError):
            bring_in(
                organisation=organisation,
                items=[of(a_question(slug="a")), of(a_question(slug="b"))],
                author=None,
                named=True,
            )
        assert QuestionVersion.objects.count() == 0

    def test_what_leaves_is_the_published_version_and_of_a_draft_beside_it_is_told(self, organisation) -> None:
        published(organisation, "a", title="Published")
        saved(organisation, "a", title="Waits")
        saved(organisation, "b", title="Draft")
        retired = published(organisation, "c")
        services.retire(version=retired, actor=UserFactory(), reason="Too easy")
        saved(OrganisationFactory(), "theirs")
        assert [str(line) for line in report.lines(selectors.leaving(organisation))] == [
            (
                "a: changed: Published: expected one version, got a draft, version 2, that waits beside it:"
                " the published version 1 was taken"
            ),
            "b: taken: Draft",
            "c: left out: A title: expected a question in use, got a retired one: name it to export it: left out",
        ]
        assert [item.fate for item in selectors.leaving(organisation, ["c"])] == [Fate.TAKEN]

    def test_the_number_of_queries_does_not_grow_with_the_bank(self, organisation, django_assert_num_queries) -> None:
        saved(organisation, "a")
        with django_assert_num_queries(5):
            selectors.leaving(organisation)
        saved(organisation, "b")
        saved(organisation, "c")
        with django_assert_num_queries(5):
            selectors.leaving(organisation)

    def test_the_commands_name_what_they_miss(self, organisation, tmp_path: Path) -> None:
        for arguments, words in (
            ({"to": tmp_path / "x.zip", "organisation": "nobody"}, "expected the slug of an organisation"),
            ({"to": tmp_path / "x.zip", "organisation": "acme", "question": ["lost"]}, "has no question lost"),
            ({"to": tmp_path, "organisation": "acme"}, None),
        ):
            if words:
                with pytest.raises(CommandError, match=words):
                    call_command("export_bank", **arguments, stdout=StringIO())
        (tmp_path / "x.bin").write_bytes(b"\0\1")
        with pytest.raises(CommandError, match="expected questions as"):
            call_command("import_bank", str(tmp_path / "x.bin"), stdout=StringIO())
        with pytest.raises(CommandError, match="expected a file or a folder, found none"):
            call_command("import_bank", str(tmp_path / "none"), stdout=StringIO())

    def test_a_dry_run_of_the_command_prints_every_line_and_brings_in_nothing(
        self, organisation, tmp_path: Path
    ) -> None:
        archives.write(bundle.write([of(a_question())]), tmp_path / "x.zip")
        out = StringIO()
        call_command("import_bank", str(tmp_path / "x.zip"), organisation="acme", dry_run=True, stdout=out)
        assert out.getvalue().splitlines() == [
            "questions/a-question: taken: A title: new draft a-question",
            "Subgradient bundle: 1 taken, 0 changed, 0 left out, nothing done",
        ]
        assert Question.objects.count() == 0
