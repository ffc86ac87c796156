"""What a child's frames say, once they have been held against the agreed form. Runs outside."""

from __future__ import annotations

from typing import Any

from grader.sandbox import codec
from grader.sandbox.conversation import Conversation
from grader.sandbox.jobs import CallOutcome, ExceptionInfo, Job, Refused


def head_of(job: Job, cpu_seconds: int, repeats: tuple[bool, ...] | None) -> bytes:
    """Encode what a child needs before its first call; without `repeats` it answers until it is left alone."""
    asked = {
        "source": job.source,
        "function": job.function,
        "arity": job.arity_check,
        "entropy": job.entropy,
        "output_bytes": job.limits.output_bytes,
        "repeats": repeats,
    }
    return codec.encode(("run", job.limits.memory_bytes, cpu_seconds, asked))


def hear_loading(talk: Conversation, seconds: float) -> str | CallOutcome | None:
    """Hear how the source's own top level ended: well, with a reason to reject it, or in what holds for every call."""
    match talk.hear(seconds):
        case ("loaded",):
            return None
        case ("rejected", str(sentence)):
            return sentence
        case ("failed", described, str(printed)) if _is_described(described):
            return CallOutcome("exception", exception=ExceptionInfo(*described), printed=printed)
        case ("fault", fault):
            raise talk.confessed(fault)
    raise talk.malformed()


def hear_call(talk: Conversation, seconds: float, arity: int) -> CallOutcome:
    """Hear the outcome of the next call, one of so many arguments."""
    match talk.hear(seconds):
        case ("fault", fault):
            raise talk.confessed(fault)
        case ("value", bytes(data)):
            outcome = _outcome([data, None, (), None, "", None, None], arity)
            if outcome is not None:
                return outcome
        case ("call", *fields) if len(fields) == 7:
            outcome = _outcome(fields, arity)
            if outcome is not None:
                return outcome
    raise talk.malformed()


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
