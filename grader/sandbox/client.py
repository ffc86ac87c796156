"""The sandbox as the grader sees it: a job goes in, outcomes come out. Runs outside, with the clock.

Nothing that comes back is believed further than it can be checked: frames must have the agreed form and order, and how
a child ended is told by the kernel.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final, Self, TypeVar

from grader.sandbox import codec
from grader.sandbox.answers import head_of
from grader.sandbox.conversation import Conversation, Ended
from grader.sandbox.dialogue import Dialogue
from grader.sandbox.jobs import (
    AskFault,
    Fault,
    InfrastructureFault,
    Job,
    JobResult,
    SandboxUnavailable,
    Wall,
)
from grader.sandbox.limits import MAX_SOURCE_BYTES, MIN_MEMORY_BYTES
from grader.sandbox.mounts import PROFILES, Profile
from grader.sandbox.probe import level_of, tried, walls
from grader.sandbox.process import Zygote, ZygoteLostError
from grader.sandbox.submission import Submission

T = TypeVar("T")

_TRIES: Final = 2


class Sandbox:
    """A warm sandbox of one profile.

    A context manager, bound to the thread that started it (the kernel ends the zygote with that thread). It starts by
    itself at the first job.

    Parameters
    ----------
    profile : "numpy" (a candidate's code), "algebra" (the fixed entry behind `ask`) or "reference".

    Examples
    --------
    >>> from grader.sandbox import Job, Sandbox
    >>> with Sandbox() as sandbox:
    ...     result = sandbox.run(Job("double = lambda x: 2 * x", "double", [(2.0,), (3.5,)]))
    >>> [outcome.value for outcome in result.outcomes]
    [4.0, 7.0]
    """

    def __init__(self, profile: str | Profile = "numpy") -> None:
        self.profile = PROFILES[profile] if isinstance(profile, str) else profile
        self._zygote: Zygote | None = None
        self._owner: tuple[int, int] | None = None
        self._level = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def level(self) -> str:
        """Which walls stand, for a verdict's provenance; empty before the start."""
        return self._level

    def start(self) -> None:
        """Start the zygote and try every wall; raises SandboxUnavailable that says which one is missing and why."""
        if self._zygote is not None and self._zygote.facts:
            return
        self.start_unchecked()
        try:
            missing = [wall for wall in walls(self) if not wall.stands]
        except BaseException:
            self.close()
            raise
        if missing:
            self.close()
            told = "; ".join(f"{wall.name}: {wall.detail}. {wall.fix}" for wall in missing)
            raise SandboxUnavailable(f"no candidate's code is run, for a wall of the sandbox is missing: {told}")
        self._level = level_of(self.zygote)

    def probe(self) -> list[Wall]:
        """Start the zygote and try every wall, the wall clock included; it stays only if all of them stand."""
        found = tried(self)
        if all(wall.stands for wall in found):
            self._level = level_of(self.zygote)
        else:
            self.close()
        return found

    def start_unchecked(self) -> None:
        """Start the zygote alone: for the probe, which is about to try the walls."""
        self.begin()
        try:
            self.zygote.greet()
        except BaseException:
            self.close()
            raise

    def begin(self) -> None:
        """Let the zygote get warm beside whatever this process does next; `start` waits for it."""
        if self._zygote is None:
            self._owner = (os.getpid(), threading.get_ident())
            self._zygote = Zygote(self.profile)

    def close(self) -> None:
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None

    @property
    def zygote(self) -> Zygote:
        if self._owner != (os.getpid(), threading.get_ident()):
            raise RuntimeError("a Sandbox belongs to the thread that started it: make one for each thread and process")
        if self._zygote is None:
            raise RuntimeError("the sandbox is not started")
        return self._zygote

    def run(self, job: Job, meanwhile: Callable[[], object] | None = None) -> JobResult:
        """Run one submission.

        Parameters
        ----------
        job : what to run, and on what.
        meanwhile : called once the child has its work, so that the caller's own goes on beside it; must be quick, and
            do no harm when it is called again after a retry.

        Raises
        ------
        SandboxUnavailable
            a wall is missing on this machine, or it cannot be started.
        InfrastructureFault
            the judge failed twice before the submission was reached.
        ValueError
            limits that no submission can keep: the caller's error.
        """
        self._check(job)
        reason = _unreadable(job.source)
        if reason is not None:
            return JobResult(reason, None, (), 0.0, 0.0)
        self.start()
        return self._retried(lambda: Submission(job, meanwhile).run(self.zygote))

    @contextlib.contextmanager
    def converse(self, job: Job) -> Iterator[Dialogue]:
        """Run one submission step by step: the arguments of a call may depend on what the earlier ones gave.

        Parameters
        ----------
        job : what to run, without `calls` and `repeat`; its limits hold for the whole conversation.

        Raises
        ------
        SandboxUnavailable, ValueError
            as for `run`.
        InfrastructureFault
            the judge failed: twice before the submission was reached, or on the way, where nothing can be repeated.

        Examples
        --------
        >>> from grader.sandbox import Job, Sandbox
        >>> with Sandbox() as sandbox, sandbox.converse(Job("double = lambda x: 2 * x", "double")) as dialogue:
        ...     two = dialogue.call(1.0).value
        ...     dialogue.call(two).value
        4.0
        """
        self._check(job)
        reason = _unreadable(job.source)
        if reason is not None:
            yield Dialogue(job, None, reason)
            return
        self.start()
        cpu_seconds = math.ceil(job.limits.total_seconds) + 1
        begun = functools.partial(
            Conversation,
            payloads=[head_of(job, cpu_seconds, None)],
            cpu_seconds=cpu_seconds,
            memory_bytes=job.limits.memory_bytes,
            output_bytes=job.limits.output_bytes,
            at_once=True,
        )
        with contextlib.ExitStack() as stack:
            talk = self._retried(lambda: stack.enter_context(begun(self.zygote)))
            try:
                yield Dialogue(job, talk)
            except ZygoteLostError as error:
                self.close()
                raise InfrastructureFault(f"the sandbox failed in the middle of a conversation: {error}") from error

    def _check(self, job: Job) -> None:
        if self.profile.entry is not None:
            raise ValueError(f"the profile {self.profile.name!r} runs no candidate's code; ask its entry")
        if job.limits.memory_bytes < MIN_MEMORY_BYTES:
            raise ValueError(
                f"the memory limit is {job.limits.memory_bytes:,} bytes; a warm interpreter with numpy alone needs "
                f"{MIN_MEMORY_BYTES:,}: raise memory_bytes"
            )

    def ask(self, payload: dict[str, Any], seconds: float, memory_bytes: int = 1 << 30) -> dict[str, Any]:
        """Ask the profile's fixed entry; text in, text out.

        Raises
        ------
        AskFault
            it met a limit or failed; `kind` tells which.
        """
        if self.profile.entry is None:
            raise ValueError(f"the profile {self.profile.name!r} has no fixed entry to ask")
        self.start()
        question = json.dumps(payload, allow_nan=False)
        return self._retried(lambda: self._ask_once(question, seconds, memory_bytes))

    def _ask_once(self, question: str, seconds: float, memory_bytes: int) -> dict[str, Any]:
        cpu_seconds = math.ceil(seconds) + 1
        head = ("ask", memory_bytes, cpu_seconds, {"entry": self.profile.entry, "question": question})
        with Conversation(self.zygote, [codec.encode(head)], cpu_seconds, memory_bytes) as talk:
            try:
                what, *rest = talk.hear(seconds)
            except Ended as ended:
                raise AskFault(ended.fault, ended.detail) from None
        if what == "answer" and len(rest) == 1 and type(rest[0]) is str:
            answer = json.loads(rest[0])
            if isinstance(answer, dict):
                return answer
        kind: Fault = "memory_limit" if (what, *rest) == ("fault", "memory_limit") else "runtime_error"
        raise AskFault(kind, " ".join(map(str, rest)))

    def _retried(self, attempt: Callable[[], T]) -> T:
        for last in range(_TRIES):
            try:
                self.start()
                return attempt()
            except ZygoteLostError as error:
                self.close()
                if last == _TRIES - 1:
                    raise InfrastructureFault(f"the sandbox failed twice: {error}") from error
        raise AssertionError("unreachable")


def _unreadable(source: str) -> str | None:
    """Why a text cannot be Python source, where that shows without reading it."""
    try:
        size = len(source.encode())
    except UnicodeEncodeError:
        return "The answer holds a lone surrogate, which no Python source may."
    if size > MAX_SOURCE_BYTES:
        return f"The answer is {size:,} bytes long; at most {MAX_SOURCE_BYTES:,} are read."
    if "\0" in source:
        return "The answer holds a NUL character, which no Python source may."
    return None
