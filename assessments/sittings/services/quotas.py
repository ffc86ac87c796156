"""What one sitting may ask of the graders; what is used up is told with the time when there is room again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone

from assessments.grading.models import GradingRun, Purpose
from assessments.sittings import limits, selectors
from assessments.sittings.errors import TooManyRequests
from assessments.sittings.models import Attempt, AttemptItem
from grader.contract import Limits

MINUTE = timedelta(minutes=1)


def refuse_many(attempt: Attempt, purpose: Purpose) -> None:
    """Refuse what only a script sends: more than so many submissions or runs within a minute."""
    now = timezone.now()
    recent = selectors.handed_in_since(attempt, purpose, now - MINUTE)
    if len(recent) < limits.PER_MINUTE:
        return
    seconds = _seconds_until(recent[-limits.PER_MINUTE] + MINUTE, now)
    what = "runs" if purpose == Purpose.SAMPLE else "submissions"
    raise TooManyRequests(
        f"That were {len(recent)} {what} within a minute, which is the most there may be. "
        f"Your text is saved; try again in {_in_words(seconds)}.",
        retry_after=seconds,
    )


def exhausted(attempt: Attempt, item: AttemptItem) -> TooManyRequests | None:
    """Say what keeps an answer of this item from being graded now; None where nothing does."""
    if item.response.version.kind not in selectors.IN_SANDBOX:
        return None
    if selectors.computing_seconds(attempt) >= limits.COMPUTING_SECONDS:
        return TooManyRequests(
            f"Your answers have used the {limits.COMPUTING_SECONDS:.0f} seconds of computing that a sitting has, so "
            "that nothing more can be run in it. Your text is saved, and you can still submit: "
            "it is graded after the end.",
            retry_after=_seconds_until(attempt.deadline, timezone.now()),
        )
    jobs = list(selectors.unfinished_jobs(attempt))
    if len(jobs) < limits.UNFINISHED_JOBS:
        return None
    running = [job for job in jobs if job.started_at is not None]
    seconds = _first_end(running)
    when = f"in {_in_words(seconds)} at the latest" if running else "once their turn has come"
    return TooManyRequests(
        f"One answer of yours is being graded and another one waits. Your text is saved; there is room again {when}.",
        retry_after=seconds,
    )


def _first_end(running: Sequence[GradingRun]) -> int:
    """Give the seconds after which the first of these runs has met its limit."""
    now = timezone.now()
    ends = [_seconds_until(_last_moment(run), now) for run in running]
    return min(ends, default=5)


def _last_moment(run: GradingRun) -> datetime:
    assert run.started_at is not None
    return run.started_at + timedelta(seconds=Limits(**run.spec.spec.get("limits", {})).total_seconds + 1)


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, math.ceil((moment - now).total_seconds()))


def _in_words(seconds: int) -> str:
    return f"{seconds} second{'' if seconds == 1 else 's'}"
