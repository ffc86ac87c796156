"""Nothing waits for ever: leases that ran out, and messages that the broker lost."""

from __future__ import annotations

import dataclasses

from django.db import transaction
from django.utils import timezone

from assessments import broker
from assessments.grading.models import GradingRun, Queue, RunState
from assessments.grading.services.runs import enqueue, lease_end, record_fault


@dataclasses.dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did: runs whose worker was lost, and runs whose message was."""

    lost_workers: int
    lost_messages: int


def sweep() -> Swept:
    return Swept(lost_workers=_end_leases(), lost_messages=sum(_find_lost(queue) for queue in Queue.values))


def _end_leases() -> int:
    overdue = GradingRun.objects.filter(state=RunState.RUNNING, lease_expires_at__lt=timezone.now())
    leases = list(overdue.values_list("pk", "lease_token"))
    reason = "the worker that had it was lost, or took longer than its lease"
    return sum(record_fault(run_id=run_id, token=token, reason=reason) for run_id, token in leases)


@transaction.atomic
def _find_lost(queue: str) -> int:
    """Send again the runs that nobody started and whose message the broker no longer holds.

    A long queue is no loss: as many messages wait as runs do. The oldest are the lost ones, for a queue is
    served in order. No blame and the same lease token: should the message turn up after all, the first verdict
    counts.
    """
    queued = GradingRun.objects.filter(state=RunState.QUEUED, queue=queue)
    overdue = queued.filter(lease_expires_at__lt=timezone.now())
    if not overdue.exists():
        return 0
    waiting = broker.waiting(queue)
    if waiting is None:
        return 0
    missing = max(0, queued.count() - waiting)
    lost = list(overdue.select_for_update(skip_locked=True).order_by("queued_at", "pk")[:missing])
    for run in lost:
        run.lease_expires_at = lease_end()
        run.enqueued += 1
        run.save(update_fields=["lease_expires_at", "enqueued"])
        enqueue(run)
    return len(lost)
