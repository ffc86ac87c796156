from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments import broker
from assessments.bank import folders, selectors, services
from assessments.bank.management import CONTENT
from assessments.bank.models import CertificationRun, Kind, QuestionVersion, State, Variant
from assessments.people.models import AuditEvent, Role
from assessments.people.selectors import Access
from grader.questions import read_files
from tests.bank import RESULT, a_question, certified, published, saved
from tests.factories import OrganisationFactory, QuestionVersionFactory, ResponseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _topics() -> None:
    services.create_topics()


@pytest.fixture
def organisation():
    return OrganisationFactory()


@pytest.fixture
def author():
    return UserFactory()


def test_the_same_content_twice_makes_one_version(organisation) -> None:
    folder = CONTENT / "binary" / "cross-entropy-by-hand"
    first = services.import_folder(organisation=organisation, folder=folder)
    assert services.import_folder(organisation=organisation, folder=folder) == first
    assert QuestionVersion.objects.count() == 1


def test_an_import_stores_variants_with_their_numbers_key_and_statement(organisation) -> None:
    folder = CONTENT / "binary" / "cross-entropy-by-hand"
    version = services.import_folder(organisation=organisation, folder=folder)
    first = version.variants.get(number=0)
    assert first.parameters == {"p1": 0.8, "p2": 0.3, "p3": 0.4}
    # -(ln 0.8 + ln 0.7 + ln 0.4)/3
    assert first.key == "0.498703"
    assert '<td class="right">0.8</td>' in first.statement_html
    assert "@{" not in "".join(f"{row.statement_html}{row.explanation_html}" for row in version.variants.all())


def test_the_key_of_a_choice_is_its_right_options(organisation) -> None:
    assert saved(organisation, kind=Kind.CHOICE, spec=a_question(Kind.CHOICE).spec).variants.get().key == [
        "The right option"
    ]


def test_what_is_stored_is_the_folder_again(organisation) -> None:
    question = a_question(variants=({"a": 1}, {"a": 2}), statement="Give @{a}.", tags=("one", "two"))
    version = services.save_version(organisation=organisation, question=question, author=None)
    assert folders.content_hash(folders.question_of(version)) == version.content_hash


def test_changed_content_is_the_next_version_and_the_older_draft_gives_way(organisation, author) -> None:
    first = saved(organisation, author=author)
    second = saved(organisation, author=author, title="Another")
    first.refresh_from_db()
    assert (first.state, second.number, second.state) == (State.RETIRED, 2, State.DRAFT)
    assert list(AuditEvent.objects.values_list("verb", "actor")) == [("version.saved", author.pk)] * 2


def test_a_new_draft_leaves_the_published_version_where_it_is(organisation) -> None:
    first = published(organisation)
    saved(organisation, title="Another")
    first.refresh_from_db()
    assert first.state == State.PUBLISHED


def test_an_older_content_comes_back_as_a_version_of_its_own(organisation) -> None:
    saved(organisation)
    saved(organisation, title="Another")
    assert saved(organisation).number == 3


def test_nothing_uncertified_can_be_published(organisation) -> None:
    version = saved(organisation)
    with pytest.raises(ValidationError, match="Nothing uncertified can be published"):
        services.publish(version=version, actor=None)
    with pytest.raises(ValidationError, match="Nothing uncertified can be published"):
        services.request_review(version=version, actor=UserFactory())
    version.refresh_from_db()
    assert (version.state, version.published_at) == (State.DRAFT, None)


def test_publishing_retires_the_former_version_while_its_attempts_keep_it(organisation) -> None:
    first = published(organisation)
    response = ResponseFactory(version=first)
    second = published(organisation, title="Another")
    first.refresh_from_db()
    response.refresh_from_db()
    assert (first.state, second.state) == (State.RETIRED, State.PUBLISHED)
    assert (response.version.title, response.variant.statement_html) == (
        "A title",
        first.variants.get().statement_html,
    )


def test_an_author_does_not_publish_what_is_theirs_but_another_author_does(organisation, author) -> None:
    version = certified(saved(organisation, author=author))
    access = Access(organisation, frozenset({Role.AUTHOR}))
    with pytest.raises(ValidationError, match="Another author or an owner publishes your version"):
        services.publish(version=version, actor=author, access=access)
    other = UserFactory()
    services.publish(version=version, actor=other, access=access)
    version.refresh_from_db()
    assert (version.state, version.published_by) == (State.PUBLISHED, other)


def test_an_owner_may_publish_what_is_theirs(organisation, author) -> None:
    version = certified(saved(organisation, author=author))
    access = Access(organisation, frozenset({Role.OWNER}))
    assert services.publish(version=version, actor=author, access=access).state == State.PUBLISHED


def test_a_retired_version_is_not_published_again(organisation) -> None:
    version = published(organisation)
    services.retire(version=version, actor=UserFactory(), reason="Its source was wrong.")
    with pytest.raises(ValidationError, match="Only a draft can be published; this version is retired"):
        services.publish(version=version, actor=None)


def test_a_version_in_review_is_sent_back_with_a_note_that_its_history_keeps(organisation, author) -> None:
    version = services.request_review(version=certified(saved(organisation, author=author)), actor=author)
    reader = UserFactory()
    with pytest.raises(ValidationError, match="Say what is to be mended"):
        services.send_back(version=version, actor=reader, note="  \n")
    assert services.send_back(version=version, actor=reader, note="Name the base of the log.").state == State.DRAFT
    with pytest.raises(ValidationError, match="Only a version in review can be sent back"):
        services.send_back(version=version, actor=reader, note="Again.")
    steps = [(step.number, step.verb, step.actor, step.note) for step in selectors.history(version.question)]
    assert steps == [
        (1, "version.sent_back", reader, "Name the base of the log."),
        (1, "version.put_up", author, ""),
        (1, "version.saved", author, ""),
    ]


def test_retiring_needs_a_reason(organisation) -> None:
    version = published(organisation)
    with pytest.raises(ValidationError, match="Say why nobody new should get it"):
        services.retire(version=version, actor=UserFactory(), reason="")
    version.refresh_from_db()
    assert version.state == State.PUBLISHED


def test_a_retired_version_comes_back_as_what_it_was(organisation) -> None:
    actor = UserFactory()
    first, second = published(organisation), published(organisation, title="Second")
    assert services.reinstate(version=first, actor=actor).state == State.PUBLISHED
    second.refresh_from_db()
    assert second.state == State.RETIRED
    third, fourth = saved(organisation, title="Third"), saved(organisation, title="Fourth")
    with pytest.raises(ValidationError, match="Version 4 is the question's draft"):
        services.reinstate(version=third, actor=actor)
    services.publish(version=certified(fourth), actor=None)
    assert services.reinstate(version=third, actor=actor).state == State.DRAFT
    assert [version.number for version in QuestionVersion.objects.filter(state=State.PUBLISHED)] == [4]


@pytest.mark.parametrize(
    ("field", "value"), [("title", "x"), ("statement", "x"), ("minutes", 99), ("content_hash", "x")]
)
def test_the_database_refuses_to_change_a_published_version(organisation, field, value) -> None:
    version = published(organisation)
    with pytest.raises(IntegrityError, match="QuestionVersion is immutable"), transaction.atomic():
        QuestionVersion.objects.filter(pk=version.pk).update(**{field: value})


def test_the_database_refuses_to_change_a_certified_spec_or_any_variant(organisation) -> None:
    version = certified(saved(organisation))
    with pytest.raises(IntegrityError, match="GradingSpec is immutable"), transaction.atomic():
        version.specs.update(spec={})
    with pytest.raises(IntegrityError, match="Variant is immutable"), transaction.atomic():
        Variant.objects.filter(version=version).update(statement_html="x")


def test_a_grader_is_sent_the_files_that_make_the_question(organisation, author, sent) -> None:
    version = saved(organisation, author=author)
    run = services.request_certification(spec=version.specs.get(), actor=author)
    (message,) = sent
    assert (message["task"], message["run"], message["token"]) == ("grader.certify", run.pk, str(run.token))
    assert folders.content_hash(read_files(message["files"], message["slug"])) == version.content_hash


def test_a_failed_certification_is_kept_and_certifies_nothing(organisation) -> None:
    spec = saved(organisation).specs.get()
    run = services.open_certification(spec=spec, actor=None)
    services.record_certification(
        run_id=run.pk, token=run.token, passed=False, result={"problems": ["half.txt passed"]}
    )
    run.refresh_from_db()
    spec.refresh_from_db()
    assert (run.passed, run.result, spec.certification) == (False, {"problems": ["half.txt passed"]}, None)


def lost(run: CertificationRun, minutes: int) -> None:
    """Let so many minutes pass without an answer."""
    CertificationRun.objects.filter(pk=run.pk).update(
        requested_at=timezone.now() - timedelta(minutes=minutes), look_again_at=timezone.now() - timedelta(seconds=1)
    )


@pytest.mark.parametrize(("waiting", "again"), [(0, 1), (3, 0), (None, 0)])
def test_a_lost_certification_is_asked_for_again_where_no_message_waits(
    organisation, sent, monkeypatch, waiting: int | None, again: int
) -> None:
    monkeypatch.setattr(broker, "waiting", lambda queue: waiting)
    run = services.request_certification(spec=saved(organisation).specs.get(), actor=None)
    assert services.send_lost_certifications() == 0
    lost(run, 6)
    assert services.send_lost_certifications() == again
    assert services.send_lost_certifications() == 0, "it is given its time again"
    assert [message["token"] for message in sent] == [str(run.token)] * (1 + again)


def test_a_certification_that_nobody_answers_ends_and_says_so(organisation, sent, monkeypatch) -> None:
    monkeypatch.setattr(broker, "waiting", lambda queue: 0)
    run = services.request_certification(spec=saved(organisation).specs.get(), actor=None)
    lost(run, 21)
    assert services.send_lost_certifications() == 1
    run.refresh_from_db()
    assert (run.passed, run.result, run.fault) == (None, None, "no grader answered within 20 minutes")
    assert len(sent) == 1


def test_a_long_certification_is_left_alone_while_its_grader_says_how_far_it_is(
    organisation, sent, monkeypatch
) -> None:
    monkeypatch.setattr(broker, "waiting", lambda queue: 0)
    run = services.request_certification(spec=saved(organisation).specs.get(), actor=None)
    lost(run, 60)
    told = {"run_id": run.pk, "progress": "solution 3 of 9 on seed 14"}
    assert not services.record_certification_progress(token=uuid.uuid4(), **told)
    assert services.record_certification_progress(token=run.token, **told)
    assert services.send_lost_certifications() == 0
    started = CertificationRun.objects.get()
    services.record_certification_progress(run_id=run.pk, token=run.token, progress="mistake R1")
    run.refresh_from_db()
    assert (run.started_at, run.progress) == (started.started_at, "mistake R1")
    lost(run, 6)
    services.send_lost_certifications()
    run.refresh_from_db()
    assert (run.started_at, run.progress, len(sent)) == (None, "", 2), "its grader was lost: another one begins anew"


def test_a_fault_of_ours_stands_neither_for_nor_against_a_question(organisation, caplog) -> None:
    version = certified(saved(organisation))
    run = services.open_certification(spec=version.specs.get(), actor=None)
    fault = {"run_id": run.pk, "reason": "the grader failed"}
    assert not services.record_certification_fault(token=uuid.uuid4(), **fault)
    assert services.record_certification_fault(token=run.token, **fault)
    assert not services.record_certification(run_id=run.pk, token=run.token, passed=False, result={"problems": []})
    assert "came to no result: the grader failed" in caplog.text
    assert services.publish(version=version, actor=None).state == State.PUBLISHED


def test_a_certification_in_our_own_process_is_no_lost_message(organisation, sent, monkeypatch) -> None:
    monkeypatch.setattr(broker, "waiting", lambda queue: 0)
    run = services.open_certification(spec=saved(organisation).specs.get(), actor=None)
    CertificationRun.objects.filter(pk=run.pk).update(requested_at=timezone.now() - timedelta(hours=1))
    assert services.send_lost_certifications() == 0
    assert sent == []


def test_a_second_result_and_a_foreign_token_change_nothing(organisation) -> None:
    spec = saved(organisation).specs.get()
    run = services.open_certification(spec=spec, actor=None)
    assert not services.record_certification(run_id=run.pk, token=uuid.uuid4(), passed=True, result={"n": 0})
    assert services.record_certification(run_id=run.pk, token=run.token, passed=False, result={"n": 1})
    assert not services.record_certification(run_id=run.pk, token=run.token, passed=True, result={"n": 2})
    spec.refresh_from_db()
    assert (CertificationRun.objects.get().result, spec.certification) == ({"n": 1}, None)


def test_a_certified_version_that_fails_on_other_seeds_is_not_published(organisation, sent) -> None:
    version = certified(saved(organisation))
    run = services.request_certification(spec=version.specs.get(), actor=None, first_seed=100, seeds=50)
    assert (sent[-1]["first_seed"], sent[-1]["seeds"]) == (100, 50)
    services.record_certification(run_id=run.pk, token=run.token, passed=False, result={"problems": ["seed 107"]})
    assert version.specs.get().certification == RESULT
    with pytest.raises(ValidationError, match="the last trial on other seeds failed"):
        services.publish(version=version, actor=None)


@pytest.mark.parametrize(("first_seed", "seeds"), [(0, 19), (0, 201), (-1, 20), (1_000_001, 20)])
def test_seeds_to_try_have_bounds(organisation, first_seed, seeds) -> None:
    with pytest.raises(ValidationError):
        services.open_certification(
            spec=saved(organisation).specs.get(), actor=None, first_seed=first_seed, seeds=seeds
        )


def test_a_library_question_is_cloned_as_an_own_draft(organisation, author) -> None:
    library = OrganisationFactory(is_library=True)
    original = published(library)
    version = services.clone(question=original.question, organisation=organisation, actor=author)
    assert (version.question.organisation, version.state, version.created_by) == (organisation, State.DRAFT, author)
    assert version.content_hash == original.content_hash
    with pytest.raises(ValidationError, match="has a question called a-question already"):
        services.clone(question=original.question, organisation=organisation, actor=author)


def test_a_question_of_another_organisation_cannot_be_cloned(organisation, author) -> None:
    other = QuestionVersionFactory()
    with pytest.raises(ValidationError, match="Only questions of the library"):
        services.clone(question=other.question, organisation=organisation, actor=author)
