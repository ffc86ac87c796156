"""Reads of statistics: whose sittings count, their stored vectors, and the rows that vectors are made of."""

from __future__ import annotations

import operator
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet

from assessments.bank.models import GradingSpec, Kind, Question, QuestionVersion
from assessments.grading.models import GradingRun, Purpose, RunState, ScoreEvent, Submission
from assessments.insights.models import Calibration, ItemCalibration
from assessments.insights.vectors import Answers, Trace, joined
from assessments.people.models import Organisation
from assessments.sittings.models import Assessment, Attempt, AttemptItem, Draft

_OPEN = (RunState.POSTPONED, RunState.QUEUED, RunState.RUNNING)
# Kinds whose answer may be a list of chosen options.
CHOSEN = (Kind.CHOICE, Kind.LAB)


def sittings(organisation: Organisation, assessment: Assessment | None = None) -> QuerySet[Attempt]:
    """Give the finished sittings that an organisation may count: its own; the library counts everybody's.

    Nobody's name is read from them, so that the library's authors learn how their questions do and nothing else.
    """
    finished = Attempt.objects.filter(is_practice=False, finished_at__isnull=False)
    if assessment is not None:
        return finished.filter(version__assessment=assessment, version__assessment__organisation=organisation)
    return finished if organisation.is_library else finished.filter(invitation__organisation=organisation)


def of_population(attempts: QuerySet[Attempt], *, simulated: bool) -> QuerySet[Attempt]:
    """Keep real sittings or simulated ones: they are never counted together."""
    return attempts.filter(invitation__candidate__is_simulated=simulated)


def without_vector(attempts: QuerySet[Attempt]) -> list[tuple[int, uuid.UUID | None]]:
    """Name the sittings whose vector is stale or not there, with the mark of the stale one."""
    wanting = attempts.filter(Q(vector__isnull=True) | Q(vector__stale=True))
    return list(wanting.order_by("pk").values_list("pk", "vector__mark"))


def answers(attempts: QuerySet[Attempt], *, newest: int | None = None) -> Answers:
    """Read the vectors of these sittings, or of the `newest`; `services.refresh` has made them."""
    # The rows are wide: only the last few are sorted by the database.
    order = () if newest is None else ("-pk",)
    rows = attempts.filter(vector__stale=False).order_by(*order).values_list("pk", "vector__data")[:newest]
    return joined(sorted(rows, key=operator.itemgetter(0)))


def attempts_at(keys: Sequence[int]) -> QuerySet[Attempt]:
    return Attempt.objects.filter(pk__in=keys).order_by("pk").only("pk", "started_at", "finished_at")


def item_rows(attempts: Sequence[int]) -> dict[int, list[Mapping[str, Any]]]:
    """Give what a vector holds of each question, by sitting."""
    rows = (
        AttemptItem.objects.filter(attempt__in=attempts)
        .order_by("attempt_id", "position")
        .annotate(
            version=F("response__version"),
            variant=F("response__variant"),
            score=F("response__effective__score"),
            outcome=F("response__effective__outcome"),
        )
        .values("pk", "attempt_id", "response_id", "position", "weight", "seen_at", "version", "variant", "score",
                "outcome")
    )  # fmt: skip
    by_attempt: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_attempt[row["attempt_id"]].append(row)
    return by_attempt


def pending(attempts: Sequence[int]) -> set[int]:
    """Give the responses whose newest answer is still being graded; what a regrade grades anew is none of them."""
    runs = GradingRun.objects.filter(
        state__in=_OPEN, submission__purpose=Purpose.FINAL, submission__response__item__attempt__in=attempts
    )
    # Open runs are few and have an index; of the runs without a batch, which is nearly all, SQLite would look at each.
    found = runs.select_related("submission").only("batch_id", "submission__response_id")
    return {run.submission.response_id for run in found if run.batch_id is None}


def chosen_answers(attempts: Sequence[int]) -> dict[int, str]:
    """Give the last answer handed in to each response that may be a list of options."""
    handed_in = Submission.objects.filter(
        response__item__attempt__in=attempts, purpose=Purpose.FINAL, response__version__kind__in=CHOSEN
    )
    return dict(handed_in.order_by("number").values_list("response_id", "answer"))


def traces(attempts: Sequence[int]) -> dict[int, list[Trace]]:
    """Give the moments of each sitting that name a question: opened, saved, run, submitted by the candidate."""
    items = AttemptItem.objects.filter(attempt__in=attempts, seen_at__isnull=False)
    drafts = Draft.objects.filter(item__attempt__in=attempts)
    handed_in = Submission.objects.filter(response__item__attempt__in=attempts, by_deadline=False)
    found: dict[int, list[Trace]] = defaultdict(list)
    _note(found, items.values_list("attempt_id", "pk", "seen_at"), opened=True)
    _note(found, drafts.values_list("item__attempt_id", "item_id", "saved_at"), opened=False)
    _note(found, handed_in.values_list("response__item__attempt_id", "response__item", "created_at"), opened=False)
    return found


def _note(found: dict[int, list[Trace]], rows: Iterable[tuple[Any, ...]], *, opened: bool) -> None:
    for attempt, item, at in rows:
        found[attempt].append(Trace(at, item, opened))


def counts(attempts: QuerySet[Attempt]) -> tuple[int, int]:
    """Count the real and the simulated sittings."""
    rows = attempts.order_by().values_list("invitation__candidate__is_simulated").annotate(Count("pk"))
    found = dict(rows)
    return found.get(False, 0), found.get(True, 0)


def assessments(organisation: Organisation) -> QuerySet[Assessment]:
    """Give the organisation's assessments with their number of finished sittings."""
    over = Q(versions__attempts__finished_at__isnull=False, versions__attempts__is_practice=False)
    counted = Count("versions__attempts", filter=over)
    return Assessment.objects.filter(organisation=organisation, is_practice=False).annotate(finished=counted)


def versions(keys: Iterable[int]) -> QuerySet[QuestionVersion]:
    """Give question versions by title; those that may have options with the spec that grades them."""
    specs = GradingSpec.objects.filter(live=True, version__kind__in=CHOSEN).only("version", "spec")
    live = Prefetch("specs", queryset=specs, to_attr="live_specs")
    return (
        QuestionVersion.objects.filter(pk__in=list(keys))
        .select_related("question__organisation")
        .prefetch_related(live)
        .defer("statement", "explanation")
        .order_by("title", "number")
    )


def versions_of(question: Question, *, reader: Organisation) -> QuerySet[QuestionVersion]:
    """Give a question's versions, newest first; of the library's, others see what was published."""
    found = versions(question.versions.values_list("pk", flat=True)).order_by("-number")
    return found if question.organisation == reader else found.filter(published_at__isnull=False)


def calibrations(
    organisation: Organisation, assessment: Assessment | None, *, simulated: bool
) -> dict[str, Calibration]:
    """Give the newest calibration of each model."""
    rows = Calibration.objects.filter(organisation=organisation, assessment=assessment, simulated=simulated)
    newest = rows.filter(pk__in=rows.order_by().values("model").annotate(last=Max("pk")).values("last"))
    return {row.model: row for row in newest.order_by("-model")}


def without_turn_since(moment: datetime) -> QuerySet[Organisation]:
    """Give the organisations whose last turn for a calibration is older, or that had none."""
    return Organisation.objects.exclude(calibration_turn__taken_at__gt=moment).order_by("pk")


def has_uncounted_answers(organisation: Organisation) -> bool:
    """Say whether a real sitting ended, or a score of one changed, after the newest calibration of all of them."""
    real = of_population(sittings(organisation), simulated=False)
    last = Calibration.objects.filter(organisation=organisation, assessment=None, simulated=False).first()
    if last is None:
        return real.exists()
    scored = ScoreEvent.objects.filter(at__gt=last.made_at, response__item__attempt__in=real)
    return real.filter(finished_at__gt=last.made_at).exists() or scored.exists()


def calibrated(rows: Iterable[Calibration], keys: Iterable[int]) -> dict[int, list[ItemCalibration]]:
    """Give what calibrations say of versions, by version; the 2PL's before Rasch's."""
    items = ItemCalibration.objects.filter(calibration__in=list(rows), version__in=list(keys))
    found: dict[int, list[ItemCalibration]] = defaultdict(list)
    for item in items.select_related("calibration").order_by("calibration__model"):
        found[item.version_id].append(item)
    return found


def group_keys(attempts: QuerySet[Attempt]) -> dict[int, tuple[str, str]]:
    """Give the public id and the address of each sitting's candidate, for a keyed file of groups."""
    rows = attempts.values_list("pk", "invitation__candidate__public_id", "invitation__candidate__identity__email")
    return {pk: (str(public_id), (email or "").lower()) for pk, public_id, email in rows}
