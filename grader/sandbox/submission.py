"""One submission: as many children as it takes, one outcome for every call. Runs outside."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from grader.sandbox import codec
from grader.sandbox.conversation import Conversation, Ended
from grader.sandbox.jobs import PRECEDENCE, CallOutcome, ExceptionInfo, Fault, Job, JobResult, Refused
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
            with Conversation(zygote, self._payloads(cpu_seconds), cpu_seconds, self._job.limits.memory_bytes) as talk:
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
        asked = {
            "source": job.source,
            "function": job.function,
            "arity": job.arity_check,
            "entropy": job.entropy,
            "output_bytes": job.limits.output_bytes,
            "repeats": tuple(index in job.repeat for index in range(first, len(self._job.calls))),
        }
        head = ("run", job.limits.memory_bytes, cpu_seconds, asked)
        yield codec.encode(head)
        if not self._encoded:
            self._encoded = [codec.encode(tuple(map(codec.encode, arguments))) for arguments in job.calls]
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
        """Hear how the source's own top level ended; what it ended in holds for every call."""
        try:
            frame = talk.hear(min(self._job.limits.case_seconds, self._left()))
        except Ended:
            self._over = True
            raise
        match frame:
            case ("loaded",):
                return True
            case ("rejected", str(sentence)):
                self._rejected = sentence
                self._outcomes.clear()
            case ("failed", described, str(printed)) if _is_described(described):
                outcome = CallOutcome("exception", exception=ExceptionInfo(*described), printed=printed)
                self._outcomes += [outcome] * max(1, len(self._job.calls) - len(self._outcomes))
            case ("fault", fault):
                self._over = True
                raise talk.confessed(fault)
            case _:
                self._over = True
                raise talk.malformed()
        return False

    def _call(self, talk: Conversation, index: int) -> CallOutcome:
        seconds = self._job.limits.case_seconds * (2 if index in self._job.repeat else 1)
        match talk.hear(min(seconds, self._left())):
            case ("fault", fault):
                raise talk.confessed(fault)
            case ("value", bytes(data)):
                outcome = _outcome([data, None, (), None, "", None, None], 0)
                if outcome is not None:
                    return outcome
            case ("call", *fields) if len(fields) == 7:
                outcome = _outcome(fields, len(self._job.calls[index]))
                if outcome is not None:
                    return outcome
        raise talk.malformed()

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


def _outcome(fields: list[Any], arity: int) -> CallOutcome | None:
    """Build the outcome of one "call" frame, or None where it has not the agreed form."""
    value, refusal, mutated, exception, printed, second, second_refusal = fields
    if [value, refusal, exception].count(None) != 2 or type(printed) is not str or type(mutated) is not tuple:
        return None
    if any(type(index) is not int or not 0 <= index < arity for index in mutated):
        return None
    if exception is not None:
        if not _is_described(exception):
            return None
        return CallOutcome("exception", None, mutated, ExceptionInfo(*exception), printed)
    try:
        return CallOutcome("ok", _rebuilt(value, refusal), mutated, None, printed, _rebuilt(second, second_refusal))
    except (codec.DecodeError, TypeError):
        return None


def _rebuilt(data: Any, refusal: Any) -> Any:
    if type(refusal) is str:
        return Refused(f"The function returned {refusal}.")
    if data is None:
        return None
    if type(data) is not bytes:
        raise TypeError("a value travels as bytes")
    return codec.decode(data)


def _is_described(exception: Any) -> bool:
    match exception:
        case (str(), int() | None, str()):
            return True
    return False
