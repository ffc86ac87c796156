"""What recruiters and raters may read: scoped by organisation in the query, with what a page needs fetched at once."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from assessments.bank.models import Kind, Question, QuestionVersion, State
from assessments.grading.models import EffectiveScore, GradingRun, Mark, Purpose, RegradeBatch, Submission
from assessments.people.models import Organisation
from assessments.sittings.models import Assessment, AssessmentVersion, Attempt, AttemptItem, Draw, Invitation, Section
from grader.verdict import Outcome


def assessments(organisation: Organisation) -> QuerySet[Assessment]:
    invited = Count("versions__invitations", distinct=True)
    finished = Count(
        "versions__attempts",
        filter=Q(versions__attempts__finished_at__isnull=False, versions__attempts__is_practice=False),
        distinct=True,
    )
    return (
        Assessment.objects.filter(organisation=organisation)
        .annotate(invited=invited, finished=finished)
        .prefetch_related("versions")
    )


def askable_questions(organisation: Organisation) -> QuerySet[Question]:
    """Questions that a draw may name, of the organisation's own and the library, with the `title` that is published."""
    published = QuestionVersion.objects.filter(question=OuterRef("pk"), state=State.PUBLISHED)
    mine = Q(organisation=organisation) | Q(organisation__is_library=True)
    titled = Question.objects.filter(mine).annotate(title=Subquery(published.values("title")[:1]))
    return titled.filter(title__isnull=False).order_by("title")


def titles(organisation: Organisation) -> dict[int, str]:
    """Give the published title of every question that a draw may name."""
    return {question.pk: str(question.title) for question in askable_questions(organisation)}  # type: ignore[attr-defined]


def sections(version: AssessmentVersion) -> QuerySet[Section]:
    return version.sections.prefetch_related(Prefetch("draws", queryset=Draw.objects.select_related("topic")))


def invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Each with its real attempt (`sat`) and that attempt's items and scores."""
    items = AttemptItem.objects.select_related("response__effective")
    attempts = Attempt.objects.filter(is_practice=False).prefetch_related(Prefetch("items", queryset=items))
    return (
        Invitation.objects.filter(organisation=organisation)
        .select_related("candidate__identity", "version__assessment")
        .prefetch_related(Prefetch("attempts", queryset=attempts, to_attr="sat"))
    )


def attempts(organisation: Organisation) -> QuerySet[Attempt]:
    return Attempt.objects.filter(invitation__organisation=organisation, is_practice=False).select_related(
        "invitation__candidate__identity", "version__assessment", "invitation__organisation"
    )


def report_items(attempt: Attempt) -> QuerySet[AttemptItem]:
    """Items with everything the report shows: version, variant, submissions, their runs and marks."""
    runs = GradingRun.objects.select_related("spec")
    marks = Mark.objects.select_related("rater")
    submissions = Submission.objects.filter(purpose=Purpose.FINAL).prefetch_related(
        Prefetch("runs", queryset=runs), Prefetch("marks", queryset=marks)
    )
    pressed = Count("response__submissions", filter=Q(response__submissions__purpose=Purpose.SAMPLE))
    return (
        attempt.items.annotate(sample_runs=pressed)
        .select_related(
            "section",
            "response__version__question",
            "response__variant",
            "response__effective__run__spec",
            "response__effective__mark__rater",
        )
        .prefetch_related(
            "response__version__topics",
            Prefetch("response__submissions", queryset=submissions, to_attr="final_submissions"),
            "drafts",
        )
    )


def regradable(assessment: Assessment) -> QuerySet[Submission]:
    """Give the submissions of finished attempts whose score a machine gave."""
    counting = EffectiveScore.objects.filter(
        response__item__attempt__version__assessment=assessment,
        response__item__attempt__is_practice=False,
        response__item__attempt__finished_at__isnull=False,
        run__isnull=False,
    ).exclude(response__version__kind=Kind.WRITTEN)
    return Submission.objects.filter(pk__in=counting.values("run__submission")).order_by("pk")


def regradable_questions(assessment: Assessment) -> QuerySet[QuestionVersion]:
    answered = Count("responses", filter=Q(responses__submissions__in=regradable(assessment)), distinct=True)
    return QuestionVersion.objects.annotate(answered=answered).filter(answered__gt=0).order_by("title", "number")


def regrades_of(assessment: Assessment) -> QuerySet[RegradeBatch]:
    runs = GradingRun.objects.filter(submission__response__item__attempt__version__assessment=assessment)
    batches = RegradeBatch.objects.filter(organisation=assessment.organisation).select_related("created_by")
    return batches.filter(pk__in=runs.exclude(batch=None).values("batch")).annotate(answers=Count("runs"))


def regraded(batch: RegradeBatch) -> QuerySet[GradingRun]:
    """Give the runs of a batch with the attempt, its items and scores, and the runs before."""
    items = AttemptItem.objects.select_related("response__effective", "response__version")
    return batch.runs.select_related(
        "submission__response__effective",
        "submission__response__item__attempt__invitation__candidate__identity",
        "submission__response__item__attempt__version__assessment",
    ).prefetch_related(
        Prefetch("submission__runs", queryset=GradingRun.objects.select_related("batch")),
        Prefetch("submission__response__item__attempt__items", queryset=items),
    )


def to_mark(organisation: Organisation) -> QuerySet[AttemptItem]:
    """Items of finished attempts that wait for a person, oldest first."""
    return (
        AttemptItem.objects.filter(
            attempt__invitation__organisation=organisation,
            attempt__is_practice=False,
            attempt__finished_at__isnull=False,
            response__effective__outcome=Outcome.PENDING_REVIEW,
        )
        .select_related("response__version", "attempt__version__assessment", "response__effective__run__submission")
        .order_by("attempt__finished_at", "pk")
    )


def marked(organisation: Organisation) -> QuerySet[AttemptItem]:
    return AttemptItem.objects.filter(
        attempt__invitation__organisation=organisation, response__effective__mark__isnull=False
    ).select_related("response__version", "response__effective__mark__rater", "attempt__version__assessment")
