"""Variants in the bank: realised from ranges, counted, compared, retired; and written back as they came."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from assessments.bank import folders, grids, selectors, services, variants
from assessments.bank.management import CONTENT
from assessments.bank.models import Variant
from assessments.grading.models import EffectiveScore, Mark, Submission
from assessments.people.models import Role
from tests.assessments.sittings.conftest import begin, blueprint
from tests.bank import member
from tests.factories import (
    AttemptFactory,
    AttemptItemFactory,
    OrganisationFactory,
    QuestionVersionFactory,
    UserFactory,
    VariantFactory,
)

pytestmark = pytest.mark.django_db


def test_ranges_are_realised_into_rows_with_their_keys_and_written_back_as_they_came():
    services.create_topics()
    organisation = OrganisationFactory()
    folder = CONTENT / "regularization" / "ridge-shrinkage-by-hand"
    version = services.import_folder(organisation=organisation, folder=folder)
    rows = [(row.parameters, row.key) for row in version.variants.all()]
    assert len(rows) == version.ranges["count"]
    assert [key for _, key in rows] == [f"{row['b'] / (row['a'] + row['l']):.6g}" for row, _ in rows]
    question = folders.question_of(version)
    assert folders.parse(folders.files(question), folder.name) == question == folders.read_checked(folder)
    assert services.save_version(organisation=organisation, question=question, author=None) == version


def test_authors_edit_ranges_as_text():
    ranges = {"count": 3, "constraints": ["@{a} < 3"], "parameters": {"a": {"from": 1, "to": 9, "step": 1}}}
    assert grids.read(grids.written((), ranges)) == ranges
    with pytest.raises(ValueError, match="the ranges cannot be read"):
        grids.read("count = three")


def offered(version):
    return list(version.variants.filter(retired_at=None).values_list("number", flat=True))


@pytest.fixture
def version():
    row = QuestionVersionFactory()
    VariantFactory(version=row, number=1)
    return row


def test_a_retired_variant_is_drawn_no_more_and_old_attempts_keep_it():
    frozen = blueprint("numeric")
    row = frozen.sections.get().draws.get().question.versions.get()
    old = begin(frozen)
    VariantFactory(version=row, number=1)
    services.retire_variant(variant=row.variants.get(number=0), actor=None, reason="known")
    assert {begin(frozen).item().response.variant.number for _ in range(6)} == {1}
    assert old.item().response.variant.number == 0


def test_the_last_variant_is_not_retired(version):
    services.retire_variant(variant=version.variants.get(number=0), actor=None, reason="known")
    with pytest.raises(ValidationError, match="retired already"):
        services.retire_variant(variant=version.variants.get(number=0), actor=None, reason="again")
    with pytest.raises(ValidationError, match="the last variant that is asked"):
        services.retire_variant(variant=version.variants.get(number=1), actor=None, reason="known")
    assert offered(version) == [1]


def test_what_was_asked_to_the_limit_makes_way_but_never_the_last(version, monkeypatch):
    monkeypatch.setattr(variants, "EXPOSURE_LIMIT", 2)
    for number in (0, 0, 1):
        asked(version.variants.get(number=number))
    assert services.retire_worn_variants(versions=[version]) == 1
    assert offered(version) == [1]
    asked(version.variants.get(number=1))
    assert services.retire_worn_variants(versions=[version]) == 0


def test_a_start_retires_what_it_has_worn_out(monkeypatch):
    monkeypatch.setattr(variants, "EXPOSURE_LIMIT", 1)
    frozen = blueprint("numeric")
    row = frozen.sections.get().draws.get().question.versions.get()
    VariantFactory(version=row, number=1)
    first = begin(frozen).item().response.variant.number
    assert offered(row) == [1 - first]


def test_the_database_lets_nothing_of_a_variant_change_but_that_it_retires(version):
    with pytest.raises(IntegrityError, match="Variant is immutable"), transaction.atomic():
        Variant.objects.filter(version=version).update(key="1")


@pytest.mark.parametrize("of", [{"is_practice": True}, {"invitation__candidate__is_simulated": True}])
def test_neither_practice_nor_simulation_wears_a_variant_or_says_how_hard_it_is(version, monkeypatch, of):
    monkeypatch.setattr(variants, "EXPOSURE_LIMIT", 2)
    for variant in version.variants.all():
        answered(variant, [1.0] * 40, **of)
    assert services.retire_worn_variants(versions=[version]) == 0
    assert [(row.asked, row.n, row.score) for row in variants.figures(version)] == [(0, 0, "too few answers")] * 2


def asked(variant, attempt=None):
    attempt = attempt or AttemptFactory()
    return AttemptItemFactory(attempt=attempt, response__version=variant.version, response__variant=variant).response


def answered(variant, scores, **of) -> None:
    rater, attempt = UserFactory(), AttemptFactory(**of)
    for score in scores:
        response = asked(variant, attempt=attempt)
        submission = Submission.objects.create(response=response, number=1, purpose="final")
        mark = Mark.objects.create(submission=submission, rater=rater, criteria=[], score=score)
        EffectiveScore.objects.create(
            response=response, mark=mark, outcome="correct" if score else "wrong", score=score
        )


def test_a_variant_that_is_harder_than_the_rest_is_flagged_and_one_with_few_answers_is_not(version):
    VariantFactory(version=version, number=2)
    easy, hard, few = version.variants.order_by("number")
    answered(easy, [1.0] * 40 + [0.0] * 10)
    answered(hard, [1.0] * 10 + [0.0] * 40)
    answered(few, [0.0] * 5)
    found = variants.figures(version)
    assert [(row.asked, row.n, row.drifts) for row in found] == [(50, 50, True), (50, 50, True), (5, 5, False)]
    assert [row.score for row in found] == ["80 % ± 11", "20 % ± 11", "too few answers"]
    assert found[0].against_the_rest == "+62 pp"


def test_variants_that_are_alike_are_not_flagged(version):
    for variant in version.variants.all():
        answered(variant, [1.0] * 30 + [0.0] * 20)
    assert [row.drifts for row in variants.figures(version)] == [False, False]


def test_an_author_sees_how_worn_variants_are_and_retires_one(version):
    organisation = version.question.organisation
    author = member(organisation, Role.AUTHOR)
    answered(version.variants.get(number=0), [1.0] * 30)
    page = f"/o/{organisation.slug}/bank/{version.question.slug}/"
    shown = author.get(page).content.decode()
    assert "100 % ± 0" in shown
    assert "too few answers" in shown
    author.post(f"{page}1/variants/0/retire/")
    assert offered(version) == [1]
    assert "the last variant that is asked" in author.post(f"{page}1/variants/1/retire/", follow=True).content.decode()
    assert member(OrganisationFactory(), Role.AUTHOR).post(f"{page}1/variants/1/retire/").status_code == 404


def test_the_history_says_who_retired_a_variant_and_why(version):
    actor = UserFactory()
    services.retire_variant(variant=version.variants.get(number=1), actor=actor, reason="its numbers are out")
    (step,) = selectors.history(version.question)
    assert (step.words, step.actor, step.note) == ("lost a variant", actor, "variant 1: its numbers are out")
