"""A submission asked step by step: what it is asked next may depend on what it answered. Runs outside."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

from grader.sandbox import codec
from grader.sandbox.answers import hear_call, hear_loading
from grader.sandbox.conversation import Conversation, Ended
from grader.sandbox.jobs import CallOutcome, Job

T = TypeVar("T")

_NOT_RUN: Final = CallOutcome("not_run")


class Dialogue:
    """One child that answers until it is left alone, or until a fault ends it.

    Attributes
    ----------
    rejected : a sentence where the source does not parse, lacks the function or takes the wrong arguments, else None.
        Then every call is "not_run".
    """

    def __init__(self, job: Job, talk: Conversation | None, rejected: str | None = None) -> None:
        self.rejected = rejected
        self._limits = job.limits
        self._left = job.limits.total_seconds
        self._talk = talk
        self._settled: Iterator[CallOutcome] | None = None
        if talk is not None:
            self._load(talk)
        if self.rejected is not None:
            self._settle(())

    def call(self, *arguments: Any) -> CallOutcome:
        """Call the submission's function once, with these arguments by position.

        The caller's own time between two calls does not count against `Limits.total_seconds`.

        Returns
        -------
        CallOutcome
            as for a call of a job. After a fault (a limit, a crash) it is "not_run": nobody is there to be asked. An
            exception is no fault: the same process goes on, with all that the earlier calls left in it.

        Raises
        ------
        TypeError
            an argument that cannot travel: the caller's error.
        """
        if self._settled is not None:
            return next(self._settled)
        assert self._talk is not None
        talk = self._talk
        talk.ask(codec.encode(arguments))
        try:
            return self._timed(lambda seconds: hear_call(talk, seconds, len(arguments)))
        except Ended as ended:
            self._settle(())
            return CallOutcome(ended.fault, detail=ended.detail)

    def _load(self, talk: Conversation) -> None:
        try:
            loading = self._timed(lambda seconds: hear_loading(talk, seconds))
        except Ended as ended:
            self._settle([CallOutcome(ended.fault, detail=ended.detail)])
            return
        if isinstance(loading, str):
            self.rejected = loading
        elif loading is not None:
            self._settle(itertools.repeat(loading))

    def _timed(self, hear: Callable[[float], T]) -> T:
        started = time.monotonic()
        try:
            return hear(min(self._limits.case_seconds, self._left))
        finally:
            self._left -= time.monotonic() - started

    def _settle(self, outcomes: Iterable[CallOutcome]) -> None:
        """Fix what every further call gives, whatever it asks."""
        self._settled = itertools.chain(outcomes, itertools.repeat(_NOT_RUN))
