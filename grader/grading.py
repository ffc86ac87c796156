"""The grader: GradeRequest in, Verdict out. Owns the sandboxes of one worker."""

from __future__ import annotations

import dataclasses
import logging
import platform
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import grader
from grader.contract import GradeRequest
from grader.kinds import KINDS
from grader.kinds.specs import BrokenQuestion
from grader.scoring import CORRECTNESS, not_reached, rejected
from grader.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from grader.sandbox import Sandbox, Wall

logger = logging.getLogger(__name__)

MAX_ANSWER = 1 << 20


class Sandboxes:
    """The sandboxes of one worker, each started when it is first asked for.

    Attributes
    ----------
    level : the walls of the sandbox that was asked for last; None while the answer in hand has needed none.
    """

    def __init__(self) -> None:
        self._running: dict[str, Sandbox] = {}
        self.level: str | None = None

    def get(self, profile: str) -> Sandbox:
        """Give the running sandbox of a profile, "numpy" or "algebra"."""
        self.begin(profile)
        self._running[profile].start()
        self.level = self._running[profile].level
        return self._running[profile]

    def begin(self, profile: str) -> None:
        """Let a sandbox get warm beside whatever is done next."""
        from grader.sandbox import Sandbox

        if profile not in self._running:
            self._running[profile] = Sandbox(profile)
            self._running[profile].begin()

    def probe(self, profile: str) -> list[Wall]:
        """Try every wall of a new sandbox; it stays where none of its profile was running yet."""
        from grader.sandbox import Sandbox

        sandbox = Sandbox(profile)
        sandbox.begin()
        KINDS["coding"]  # what grading needs is imported while the zygote gets warm
        found = sandbox.probe()
        if profile in self._running or not all(wall.stands for wall in found):
            sandbox.close()
        else:
            self._running[profile] = sandbox
        return found

    def close(self) -> None:
        """Stop every sandbox."""
        while self._running:
            self._running.popitem()[1].close()


class Grader:
    """Decides answers, one at a time.

    Sandboxes start when the first answer needs one and stay warm until `close`. Not to be shared by threads.

    Examples
    --------
    >>> spec = {"numeric": {"answer": "ln(2)", "rtol": 1e-3, "atol": 0}}
    >>> with Grader() as grader:
    ...     grader.grade(GradeRequest(kind="numeric", spec=spec, answer="0.6931", seed=1)).outcome
    <Outcome.CORRECT: 'correct'>
    """

    def __init__(self) -> None:
        self.sandboxes = Sandboxes()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the sandboxes; the next answer would start new ones."""
        self.sandboxes.close()

    def refuses(self) -> str | None:
        """Say why this worker must not take candidates' work: the missing walls and their fixes, or None."""
        from grader.sandbox import probe

        missing = [f"{wall.name}: {wall.detail}. {wall.fix}" for wall in probe() if not wall.stands]
        return "; ".join(missing) or None

    def grade(self, request: GradeRequest) -> Verdict:
        """Decide one answer; a fault of ours gives an `ungradable` verdict and costs the candidate nothing.

        Raises
        ------
        SandboxUnavailable : if a wall is missing here; the submission has to wait.
        """
        from grader.sandbox import InfrastructureFault, SandboxUnavailable

        try:
            return self.decide(request)
        except SandboxUnavailable:
            raise
        except (BrokenQuestion, InfrastructureFault) as error:
            logger.exception("ungradable")
            reason = str(error)
        except Exception as error:
            logger.exception("the grader itself failed")
            reason = f"the grader failed: {type(error).__name__}"
        check = not_reached(CORRECTNESS, 1, "Grading failed for a reason that is not the answer's.")
        provenance = {**self._provenance(request), "reason": reason}
        return Verdict(Outcome.UNGRADABLE, None, (check,), provenance=provenance)

    def decide(self, request: GradeRequest) -> Verdict:
        """Decide one answer and let our own faults out: what the command line and certification need.

        Raises
        ------
        BrokenQuestion : for a spec that cannot be graded by, with every problem named.
        InfrastructureFault, SandboxUnavailable : if the sandbox failed twice, or cannot stand here.
        """
        started = time.perf_counter()
        self.sandboxes.level = None
        if request.kind not in KINDS:
            raise BrokenQuestion(f"kind: expected one of {', '.join(KINDS)}, got {request.kind!r}")
        refusal = _unreadable(request.answer)
        verdict = rejected(refusal) if refusal else KINDS[request.kind].grade(request, self.sandboxes)
        timing = {**verdict.timing, "total_seconds": time.perf_counter() - started}
        return dataclasses.replace(
            verdict, timing=timing, provenance={**self._provenance(request), **verdict.provenance}
        )

    def _provenance(self, request: GradeRequest) -> dict[str, Any]:
        import numpy as np

        import lossref

        return {
            "seed": request.seed,
            "lossref": lossref.__version__,
            "grader": grader.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
            "sandbox_level": self.sandboxes.level,
            "limits": dataclasses.asdict(request.limits),
            "spec_hash": request.spec_hash,
        }


def _unreadable(answer: str) -> str | None:
    """Say why no kind could read this text, if so."""
    if len(answer) > MAX_ANSWER:
        return f"the answer has {len(answer)} characters; the limit is {MAX_ANSWER}"
    if "\0" in answer:
        return f"the answer holds a NUL character (character {answer.index(chr(0)) + 1}); remove it"
    try:
        answer.encode()
    except UnicodeEncodeError as error:
        return f"the answer is not readable text (character {error.start + 1} is no Unicode character)"
    return None
