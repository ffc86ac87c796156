"""What goes into the sandbox and what comes out of it: plain data, nothing that runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal

from grader.contract import Limits

Status = Literal["ok", "exception", "time_limit", "memory_limit", "output_limit", "runtime_error", "not_run"]
Fault = Literal["memory_limit", "output_limit", "time_limit", "runtime_error"]

# Of several faults in one submission the first in this order names it; "exception" counts as a runtime error.
PRECEDENCE: tuple[Fault, ...] = ("memory_limit", "output_limit", "time_limit", "runtime_error")


class SandboxUnavailable(RuntimeError):  # noqa: N818 - a state of the machine
    """The sandbox cannot be trusted, or cannot start, on this machine; the message names cause and fix."""


class InfrastructureFault(RuntimeError):  # noqa: N818 - a verdict's word
    """The judge failed twice before the submission was reached: never the candidate's fault."""


class AskFault(RuntimeError):  # noqa: N818 - the counterpart of a submission's fault
    """The fixed entry of a profile gave no answer; `kind` says which limit it met.

    Attributes
    ----------
    kind : "time_limit", "memory_limit", "output_limit" or "runtime_error".
    """

    def __init__(self, kind: Fault, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """One submission to run.

    Attributes
    ----------
    source : the candidate's Python source.
    function : the name that the source must define.
    calls : positional arguments of each call, in order: plain Python values and plain arrays. None where they are
        given one by one (`Sandbox.converse`).
    limits : bounds in seconds and bytes; a call has `case_seconds`, and so has the source's own top level.
    entropy : bytes that seed `random` and `numpy.random` in the child.
    arity_check : number of positional arguments that the function must accept, or None to leave it unchecked.
    repeat : indexes of calls to make twice; the second value is in `CallOutcome.second`.
    measure_cpu : wait for the kernel's account of the child; else `JobResult.cpu_seconds` is None after a clean run.
    """

    source: str
    function: str
    calls: Sequence[tuple[Any, ...]] = ()
    limits: Limits = dataclasses.field(default_factory=Limits)
    entropy: bytes = b""
    arity_check: int | None = None
    repeat: frozenset[int] = frozenset()
    measure_cpu: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """In place of a value that a coding answer may not return; `reason` is a sentence for the candidate."""

    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class ExceptionInfo:
    """An exception of the candidate's code. `line` is the deepest line of the answer itself, if any was on the way.

    The text is the candidate's own: the caller decides who may see it.
    """

    class_name: str
    line: int | None
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class CallOutcome:
    """How one call ended.

    Attributes
    ----------
    value : plain Python or numpy value rebuilt from bytes, or `Refused`; None unless status is "ok".
    mutated : indexes of the arguments whose bytes changed during the call.
    printed : what was written to sys.stdout and sys.stderr; unfiltered text of the candidate's.
    second : the value of the repeated call where `Job.repeat` asked for it; `Refused` where that call failed.
    detail : how the process ended, in words, where it was no exception.
    """

    status: Status
    value: Any = None
    mutated: tuple[int, ...] = ()
    exception: ExceptionInfo | None = None
    printed: str = ""
    second: Any = None
    detail: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class JobResult:
    """How a submission ended.

    Attributes
    ----------
    rejected : a sentence where the source does not parse, lacks the function or takes the wrong arguments.
    fault : the gravest fault among the outcomes (see `PRECEDENCE`), or None.
    outcomes : one for each of the job's calls, in order; empty when rejected.
    cpu_seconds : user and system time of all children as the kernel reports it; None where nobody waited for it.
    """

    rejected: str | None
    fault: Fault | None
    outcomes: tuple[CallOutcome, ...]
    cpu_seconds: float | None
    wall_seconds: float


@dataclasses.dataclass(frozen=True, slots=True)
class Wall:
    """One wall of the sandbox as an attack found it; `fix` says what to do where it does not stand."""

    name: str
    stands: bool
    detail: str
    fix: str
