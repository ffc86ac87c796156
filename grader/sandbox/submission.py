"""One submission: as many children as it takes, one outcome for every call. Runs outside."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Final

from grader.sandbox import codec
from grader.sandbox.answers import head_of, hear_call, hear_loading
from grader.sandbox.conversation import Conversation, Ended
from grader.sandbox.jobs import PRECEDENCE, CallOutcome, Fault, Job, JobResult
from grader.sandbox.process import Zygote

# After these the later calls would meet the same end and cost as much again.
_FINAL: Final = frozenset({"time_limit", "output_limit"})
_NOT_RUN: Final = CallOutcome("not_run")


class Submission:
    """Runs a job on a zygote. After a crash of one call the others go to a new child, so that they still count."""

    def __init__(self, job: Job, meanwhile: Callable[[], object] | None = None) -> None:
        self._job = job
        self._meanwhile = meanwhile
        self._encoded: list[bytes] = []
        self._outcomes: list[CallOutcome] = []
        self._rejected: str | None = None
        self._over = False
        self._cpu_seconds: float | None = 0.0
        self._deadline = 0.0

    def run(self, zygote: Zygote) -> JobResult:
        started = time.monotonic()
        self._deadline = started + self._job.limits.total_seconds
        while not self._over:
            cpu_seconds = math.ceil(self._left()) + 1
            limits = self._job.limits
            begun = Conversation(
                zygote,
                self._payloads(cpu_seconds),
                cpu_seconds,
                limits.memory_bytes,
                output_bytes=limits.output_bytes,
            )
            with begun as talk:
                try:
                    meanwhile, self._meanwhile = self._meanwhile, None
                    if meanwhile is not None:
                        meanwhile()
                    self._talk(talk)
                except Ended as ended:
                    self._note(ended)
            if len(self._outcomes) >= len(self._job.calls):
                self._over = True
        if self._rejected is None:
            self._outcomes += [_NOT_RUN] * (len(self._job.calls) - len(self._outcomes))
        outcomes = tuple(self._outcomes)
        wall_seconds = time.monotonic() - started
        return JobResult(self._rejected, gravest(outcomes), outcomes, self._cpu_seconds, wall_seconds)

    def _payloads(self, cpu_seconds: int) -> Iterator[bytes]:
        """Yield the job first, so that the child compiles the source while the calls are still being encoded."""
        job, first = self._job, len(self._outcomes)
        yield head_of(job, cpu_seconds, tuple(index in job.repeat for index in range(first, len(job.calls))))
        if not self._encoded:
            self._encoded = [codec.encode(tuple(arguments)) for arguments in job.calls]
        yield from self._encoded[first:]

    def _left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def _talk(self, talk: Conversation) -> None:
        if self._is_loaded(talk):
            for index in range(len(self._outcomes), len(self._job.calls)):
                self._outcomes.append(self._call(talk, index))
        self._over = True
        if self._job.measure_cpu:
            self._charge(talk.account().cpu_seconds)
        else:
            self._cpu_seconds = None

    def _is_loaded(self, talk: Conversation) -> bool:
        try:
            loading = hear_loading(talk, min(self._job.limits.case_seconds, self._left()))
        except Ended:
            self._over = True
            raise
        if isinstance(loading, str):
            self._rejected = loading
            self._outcomes.clear()
        elif loading is not None:
            self._outcomes += [loading] * max(1, len(self._job.calls) - len(self._outcomes))
        return loading is None

    def _call(self, talk: Conversation, index: int) -> CallOutcome:
        seconds = self._job.limits.case_seconds * (2 if index in self._job.repeat else 1)
        return hear_call(talk, min(seconds, self._left()), len(self._job.calls[index]))

    def _note(self, ended: Ended) -> None:
        self._charge(ended.reaped.cpu_seconds)
        self._outcomes.append(CallOutcome(ended.fault, detail=ended.detail))
        self._over = self._over or ended.fault in _FINAL

    def _charge(self, seconds: float) -> None:
        if self._cpu_seconds is not None:
            self._cpu_seconds += seconds


def gravest(outcomes: tuple[CallOutcome, ...]) -> Fault | None:
    """Find the fault that names a submission with these outcomes."""
    seen = {"runtime_error" if outcome.status == "exception" else outcome.status for outcome in outcomes}
    return next((fault for fault in PRECEDENCE if fault in seen), None)
