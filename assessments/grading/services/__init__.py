"""Every write of grading.

A run moves (postponed →) queued → running → done, or ends ungradable or superseded; nothing moves back from an end,
and only who holds the lease token of a run may move it.
"""

from assessments.grading.services.regrades import apply_batch, cancel_batch, open_batch, undo_batch
from assessments.grading.services.runs import (
    grade_again,
    record_fault,
    record_returned,
    record_started,
    record_verdict,
    release_run,
)
from assessments.grading.services.scores import record_mark, settle_unanswered
from assessments.grading.services.submissions import create_response, submit
from assessments.grading.services.sweeping import sweep
from assessments.grading.services.trials import record_trial, try_answer
from assessments.grading.services.workers import record_worker_report

__all__ = [
    "apply_batch",
    "cancel_batch",
    "create_response",
    "grade_again",
    "open_batch",
    "record_fault",
    "record_mark",
    "record_returned",
    "record_started",
    "record_trial",
    "record_verdict",
    "record_worker_report",
    "release_run",
    "settle_unanswered",
    "submit",
    "sweep",
    "try_answer",
    "undo_batch",
]
