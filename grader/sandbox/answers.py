"""What a child's frames say, once they have been held against the agreed form. Runs outside."""

from __future__ import annotations

import hashlib
from typing import Any

from grader.sandbox import codec
from grader.sandbox.conversation import Conversation
from grader.sandbox.jobs import CallOutcome, ExceptionInfo, Job, Refused
from grader.sandbox.limits import MAX_CLASS_NAME, MAX_TEXT, MAX_VALUE_BYTES


def head_of(job: Job, cpu_seconds: int, repeats: tuple[bool, ...] | None) -> bytes:
    """Encode what a child needs before its first call; without `repeats` it answers until it is left alone."""
    asked = {
        "source": job.source,
        "function": job.function,
        "arity": job.arity_check,
        "entropy": hashlib.sha256(job.entropy).digest(),
        "output_bytes": job.limits.output_bytes,
        "repeats": repeats,
    }
    return codec.encode(("run", job.limits.memory_bytes, cpu_seconds, asked))


def hear_loading(talk: Conversation, seconds: float) -> str | CallOutcome | None:
    """Hear how the source's own top level ended: well, with a reason to reject it, or in what holds for every call."""
    match talk.hear(seconds):
        case ("loaded",):
            return None
        case ("rejected", str(sentence)) if _is_said(sentence):
            return sentence
        case ("failed", described, str(printed)) if _is_described(described):
            return CallOutcome("exception", exception=ExceptionInfo(*described), printed=talk.counted(printed))
        case ("fault", fault):
            raise talk.confessed(fault)
    raise talk.malformed()


def hear_call(talk: Conversation, seconds: float, arity: int) -> CallOutcome:
    """Hear the outcome of the next call, one of so many arguments."""
    try:
        match talk.hear(seconds):
            case ("fault", fault):
                raise talk.confessed(fault)
            case ("value", data):
                return CallOutcome("ok", _rebuilt(data, None))
            case ("call", None, None, tuple(mutated), tuple(described), str(printed), None, None) if _are_indexes(
                mutated, arity
            ) and _is_described(described):
                return CallOutcome("exception", None, mutated, ExceptionInfo(*described), talk.counted(printed))
            case ("call", value, refusal, tuple(mutated), None, str(printed), second, refused) if _are_indexes(
                mutated, arity
            ):
                again = None if second is None and refused is None else _rebuilt(second, refused)
                return CallOutcome("ok", _rebuilt(value, refusal), mutated, None, talk.counted(printed), again)
    except codec.DecodeError:
        pass
    raise talk.malformed()


def _rebuilt(data: Any, refusal: Any) -> Any:
    """Give the value, or why there is none: exactly one of the two has come."""
    match data, refusal:
        case bytes(), None if len(data) <= MAX_VALUE_BYTES:
            return codec.decode(data)
        case None, str() if _is_said(refusal):
            return Refused(f"The function returned {refusal}.")
    raise codec.DecodeError("neither a value nor a reason for having none")


def _are_indexes(mutated: tuple[Any, ...], arity: int) -> bool:
    return len(mutated) <= arity and all(type(index) is int and 0 <= index < arity for index in mutated)


def _is_described(exception: Any) -> bool:
    match exception:
        case (str(name), int() | None, str(text)):
            return len(name) <= MAX_CLASS_NAME and _is_said(text)
    return False


def _is_said(text: str) -> bool:
    return len(text) <= MAX_TEXT
