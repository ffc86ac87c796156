"""What may be read of the bank: an organisation's own questions, and of the library what is published."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, When

from assessments.bank.models import (
    CertificationRun,
    GradingSpec,
    ItemStatistics,
    Question,
    QuestionVersion,
    State,
    WorkingCopy,
)
from assessments.people.models import AuditEvent, Organisation, User
from grader.kinds.specs import is_code

UNPUBLISHED = (State.DRAFT, State.IN_REVIEW)


def listed(
    organisation: Organisation,
    *,
    search: str = "",
    topic: str = "",
    kind: str = "",
    level: str = "",
    state: str = "",
    origin: str = "",
) -> QuerySet[QuestionVersion]:
    """Give one version a question: the published one, else the newest; with what the list shows of the question."""
    versions = (
        _readable(organisation)
        .filter(pk=Subquery(_standing(OuterRef("question_id")).values("pk")[:1]))
        .select_related("question__organisation")
        .prefetch_related("topics")
        .annotate(
            asked=_asked(),
            pending=Subquery(_pending(OuterRef("question_id")).values("state")[:1]),
            certified=Exists(
                GradingSpec.objects.filter(version=OuterRef("pk"), live=True, certification__isnull=False)
            ),
        )
        .order_by("title", "pk")
    )
    exact = {"topics__slug": topic, "kind": kind, "level": level}
    versions = versions.filter(**{field: value for field, value in exact.items() if value})
    if search:
        versions = versions.filter(Q(title__icontains=search) | Q(statement__icontains=search))
    if origin:
        versions = versions.filter(question__organisation__is_library=origin == "library")
    if state in UNPUBLISHED:
        return versions.filter(pending=state, question__organisation=organisation)
    return versions.filter(state=state) if state else versions


def _readable(organisation: Organisation) -> QuerySet[QuestionVersion]:
    own = Q(question__organisation=organisation)
    return QuestionVersion.objects.filter(own | Q(question__organisation__is_library=True, state=State.PUBLISHED))


def _standing(question: OuterRef) -> QuerySet[QuestionVersion]:
    published_first = Case(When(state=State.PUBLISHED, then=0), default=1, output_field=IntegerField())
    return QuestionVersion.objects.filter(question=question).order_by(published_first, "-number")


def _pending(question: OuterRef) -> QuerySet[QuestionVersion]:
    """Give the version that waits to be published; a question has one at a time."""
    return QuestionVersion.objects.filter(question=question, state__in=UNPUBLISHED).order_by("-number")


def in_earnest(responses: str) -> Q:
    """Match what counts as asked: no practice, which shows its answers, and no simulation, which nobody sat.

    `responses` is the way from the model that is asked for to its responses.
    """
    attempt = f"{responses}__item__attempt"
    return Q(**{f"{attempt}__is_practice": False, f"{attempt}__invitation__candidate__is_simulated": False})


def _asked() -> Subquery:
    # How often candidates were given the question, in whichever version.
    times = Count("versions__responses", filter=in_earnest("versions__responses"))
    counted = Question.objects.filter(pk=OuterRef("question_id")).annotate(times=times).values("times")
    return Subquery(counted, output_field=IntegerField())


def question(organisation: Organisation, slug: str, *, of_library: bool = False) -> Question | None:
    """Find an own question, or with `of_library` one that the library published."""
    found = Question.objects.select_related("organisation")
    if not of_library:
        return found.filter(organisation=organisation, slug=slug).first()
    published = QuestionVersion.objects.filter(question=OuterRef("pk"), state=State.PUBLISHED)
    return found.filter(Exists(published), organisation__is_library=True, slug=slug).first()


def versions(row: Question, *, reader: Organisation) -> list[QuestionVersion]:
    """List a question's versions, newest first, with live spec, variants and topics; of others' the published."""
    found = (
        row.versions.select_related("question__organisation", "created_by", "published_by")
        .prefetch_related(
            "topics",
            "variants",
            Prefetch("specs", queryset=GradingSpec.objects.filter(live=True), to_attr="live_specs"),
        )
        .annotate(asked=Count("responses", filter=in_earnest("responses")))
        .order_by("-number")
    )
    return list(found if row.organisation == reader else found.filter(state=State.PUBLISHED))


def live_spec(version: QuestionVersion) -> GradingSpec:
    """Give the spec that grades answers to a version, without a query where `versions` fetched it."""
    fetched: list[GradingSpec] = getattr(version, "live_specs", [])
    return fetched[0] if fetched else version.specs.get(live=True)


def runs_code(version: QuestionVersion) -> bool:
    """Whether its answers are Python, which can be run before they are handed in."""
    return is_code(version.kind, live_spec(version).spec)


def working_copy(organisation: Organisation, author: User, *, slug: str, kind: str) -> WorkingCopy | None:
    return WorkingCopy.objects.filter(organisation=organisation, author=author, slug=slug, kind=kind).first()


_VERBS = {
    "version.saved": "saved",
    "version.put_up": "put up for review",
    "version.sent_back": "sent back",
    "version.published": "published",
    "version.retired": "retired",
    "version.reinstated": "brought back",
    "variant.retired": "lost a variant",
    "question.cloned": "cloned",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done with a version, by whom and why."""

    number: int
    verb: str
    actor: User | None
    at: datetime
    note: str

    @property
    def words(self) -> str:
        return _VERBS.get(self.verb, self.verb)


def history(row: Question) -> list[Step]:
    """List what was done with a question's versions, newest first."""
    numbers = {str(pk): number for pk, number in row.versions.values_list("pk", "number")}
    events = AuditEvent.objects.filter(
        organisation=row.organisation,
        object_type=QuestionVersion._meta.label_lower,  # noqa: SLF001  (the documented way to a model's name)
        object_id__in=numbers,
    ).select_related("actor")
    return [Step(numbers[e.object_id], e.verb, e.actor, e.at, e.data.get("note", "")) for e in events]


def open_problems(row: Question) -> int:
    """Count what candidates reported of a question's versions and nobody has answered."""
    reports = "versions__responses__item__problem_reports"
    counted = Question.objects.filter(pk=row.pk).aggregate(n=Count(reports, filter=Q(**{f"{reports}__state": "open"})))
    return int(counted["n"])


def latest_certification(spec: GradingSpec) -> CertificationRun | None:
    return spec.certification_runs.select_related("requested_by").first()


def judged(spec: GradingSpec) -> CertificationRun | None:
    """Give the newest certification that came to a result: a fault of ours says nothing of the question."""
    return spec.certification_runs.filter(passed__isnull=False).first()


def certifications_before(run: CertificationRun) -> int:
    """Count the certifications that were asked for earlier and that no grader has begun."""
    waiting = CertificationRun.objects.filter(finished_at=None, started_at=None, look_again_at__isnull=False)
    return waiting.filter(pk__lt=run.pk).count()


def observed_facilities(version_ids: Iterable[int]) -> dict[int, tuple[float, int]]:
    """Give the facility of each version that has answers, and of how many answers it is the mean."""
    rows = ItemStatistics.objects.filter(version__in=version_ids)
    return {version: (facility, n) for version, facility, n in rows.values_list("version", "facility", "n")}
