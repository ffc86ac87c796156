from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.grading.models import BatchState, GradingRun, Purpose, Response, RunState
from grader.contract import GradeRequest, Limits, Mode
from grader.questions import realise


def request_of(run: GradingRun) -> GradeRequest:
    """Build what the grader is asked: the spec with the variant's numbers, the response's own seed."""
    response = run.submission.response
    spec = realise(run.spec.spec, response.variant.parameters)
    return GradeRequest(
        kind=response.version.kind,
        spec=spec,
        answer=run.submission.answer,
        seed=response.seed,
        mode=mode_of(run.submission.purpose),
        limits=Limits(**spec.get("limits", {})),
        reference_source=run.spec.reference_source or None,
    )


def mode_of(purpose: str) -> Mode:
    """Name to the grader what an answer was handed in for."""
    return "sample" if purpose == Purpose.SAMPLE else "full"


# A regrade counts while its batch is applied; what it could not grade leaves the grade before it.
COUNTING = Q(batch=None) | Q(batch__state=BatchState.APPLIED, state=RunState.DONE)


def latest_run(response: Response, purpose: str) -> GradingRun | None:
    """Return the newest run of the newest submission of that purpose that is no mere proposal of a regrade."""
    return (
        GradingRun.objects.filter(COUNTING, submission__response=response, submission__purpose=purpose)
        .select_related("submission")
        .order_by("-submission__number", "-number")
        .first()
    )


def place_in_queue(run: GradingRun) -> int:
    """Count from 1 where a queued run stands among those of its queue; 0 where it does not wait."""
    if run.state != RunState.QUEUED:
        return 0
    waiting = GradingRun.objects.filter(state=RunState.QUEUED, queue=run.queue)
    return waiting.filter(pk__lt=run.pk).count() + 1


def with_scores(responses: QuerySet[Response]) -> QuerySet[Response]:
    """Add to each response its `effective` score (or none) and `pending`: a submission of it is still being graded."""
    pending = GradingRun.objects.filter(
        submission__response=OuterRef("pk"),
        submission__purpose=Purpose.FINAL,
        batch=None,
        state__in=[RunState.POSTPONED, RunState.QUEUED, RunState.RUNNING],
    )
    return responses.select_related("effective", "effective__run", "effective__mark").annotate(pending=Exists(pending))
