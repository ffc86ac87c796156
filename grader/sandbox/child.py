"""One child: bounds itself, then compiles and calls a stranger's code. Runs inside; never returns.

From READY on nothing here is trusted: the code it runs can reach every object of this process. What the worker believes
is only what it can check on the frames themselves, and what the kernel tells it.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import importlib
import inspect
import io
import itertools
import json
import os
import random
import sys
import time
import types
from collections.abc import Callable
from typing import Any, Final, NoReturn

import numpy as np

from . import limits
from .codec import Unsendable, decode, encode
from .frames import HEADER, Channel
from .syscalls import Filter

FILENAME: Final = "<answer>"
_STREAMS: Final = ("stdout", "stderr", "__stdout__", "__stderr__")
_exit, _sleep = os._exit, time.sleep
_name_of_type = type.__dict__["__name__"].__get__
_traceback_of = BaseException.__dict__["__traceback__"].__get__

# Taking a process down takes a processor as long as half the work did. The worker, which waits for the channel to close
# and for nothing else, gets it first, and then has this process killed.
_LINGER_SECONDS: Final = 60.0
# Made while there is memory: they must go out when there is none.
_FAULTS: Final = {fault: encode(("fault", fault)) for fault in ("memory_limit", "output_limit")}
_READY: Final = encode(("ready",))
_VALUE: Final = encode(("value", b""))[: -HEADER.size]  # what comes before the length and the bytes


class Rejected(Exception):  # noqa: N818 - a verdict's word
    """The source cannot be graded at all; the message is a sentence for the candidate."""


def serve(descriptor: int, seccomp: Filter | None, *, bounded: bool, rehearsed: bool) -> NoReturn:
    """Get ready ahead of any job, wait for one, do it and end.

    `seccomp` is None and `bounded` False only where a test of the probe takes these walls away.
    """
    channel = Channel(descriptor)
    try:
        limits.close_all_but(descriptor)
        if bounded:
            limits.bound_ahead()
        if rehearsed and not channel.is_waiting():
            rehearse(channel.is_waiting)
        if seccomp is not None:
            seccomp.load()
        gc.enable()
        what, memory_bytes, cpu_seconds, job = decode(channel.receive())
        if bounded:
            limits.bound(memory_bytes, cpu_seconds)
        channel.send(_READY)
    except EOFError:
        _exit(0)
    except BaseException as error:  # noqa: BLE001 - before READY every fault is ours, and is told
        channel.send(encode(("broken", repr(error)[: limits.MAX_TEXT])))
        _exit(1)
    try:
        (_Run if what == "run" else _ask)(channel, **job)
        channel.close()
        _sleep(_LINGER_SECONDS)
    except MemoryError:
        _end_with(channel, "memory_limit")
    finally:
        _exit(0)


def rehearse(waiting: Callable[[], bool] = bool) -> None:
    """Run a submission of our own, so that pages are copied and caches filled before a candidate waits for it.

    It ends early when somebody is `waiting`.
    """
    streams = {name: getattr(sys, name) for name in _STREAMS}
    with contextlib.suppress(EOFError):
        _Run(
            _Rehearsal(waiting),
            source=_REHEARSED,
            function="loss",
            arity=2,
            entropy=bytes(32),
            output_bytes=1 << 10,
            repeats=(False,) * 2,
        )
    for name, stream in streams.items():
        setattr(sys, name, stream)


_REHEARSED: Final = """
import numpy as np

def loss(y, p):
    held = [np.ones(size) for size in range(1, 64, 2)]
    p = np.clip(p, 1e-12, 1 - 1e-12)
    print("", end="")
    return float(np.mean(-(y * np.log(p) + (1 - y) * np.log1p(-p)) + np.exp(np.where(y > p, y, p)).sum()))
"""


class _Rehearsal(Channel):
    def __init__(self, waiting: Callable[[], bool]) -> None:
        super().__init__(-1)
        self._waiting = waiting
        self._call = encode((np.zeros(8), np.ones(8)))

    def send(self, payload: bytes) -> None:
        pass

    def receive(self) -> bytes:
        if self._waiting():
            raise EOFError
        return self._call


def _end_with(channel: Channel, fault: str) -> NoReturn:
    channel.send(_FAULTS[fault])
    _exit(0)


def _ask(channel: Channel, *, entry: str, question: str) -> None:
    """Call the profile's fixed function, "module:name", with what the JSON text says."""
    module, _, name = entry.partition(":")
    try:
        answer = getattr(importlib.import_module(module), name)(json.loads(question))
        frame = ("answer", json.dumps(answer, allow_nan=False))
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - told to the worker, which decides
        info = describe_exception(error)
        frame = ("raised", f"{info[0]}: {info[2]}")
    channel.send(encode(frame))


class _Run:
    """The calls of one submission, from the first that is still to be made; without `repeats`, until nobody asks."""

    def __init__(
        self,
        channel: Channel,
        *,
        source: str,
        function: str,
        arity: int | None,
        entropy: bytes,
        output_bytes: int,
        repeats: tuple[bool, ...] | None,
    ) -> None:
        self._channel = channel
        self._printed = _Printed(channel, output_bytes)
        for name in _STREAMS:
            setattr(sys, name, self._printed)
        sys.stdin = io.StringIO()
        _seed(entropy)
        try:
            called = _load(source, function, arity)
        except Rejected as reason:
            self._send("rejected", str(reason)[: limits.MAX_TEXT])
            return
        except MemoryError:
            raise
        except BaseException as error:  # noqa: BLE001 - the candidate's, whatever it is
            self._send("failed", describe_exception(error), self._printed.take())
            return
        self._send("loaded")
        for repeat in itertools.repeat(False) if repeats is None else repeats:
            self._call(called, channel.receive(), repeat=repeat)

    def _send(self, *frame: Any) -> None:
        self._channel.send(encode(frame))

    def _call(self, function: Any, raw: bytes, *, repeat: bool) -> None:
        arguments = decode(raw)
        value, refusal, exception = _value(function, arguments)
        changed = _changed(arguments, raw)
        second, second_refusal = None, None
        if repeat and exception is None:
            second, second_refusal, raised = _value(function, decode(raw))
            if raised is not None:
                second_refusal = f"nothing: called again with the same arguments it raised {raised[0]}"
        printed = self._printed.take()
        if value is not None and not changed and not printed and second is None and second_refusal is None:
            self._channel.send(_VALUE + HEADER.pack(len(value)) + value)
        else:
            self._send("call", value, refusal, changed, exception, printed, second, second_refusal)


Described = tuple[str, int | None, str]


def _value(function: Any, arguments: tuple[Any, ...]) -> tuple[bytes | None, str | None, Described | None]:
    """Encode at once what the call gives: an alias that is filled in later changes nothing."""
    try:
        value = function(*arguments)
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - the candidate's, whatever it is
        return None, None, describe_exception(error)
    try:
        data = encode(value)
    except Unsendable as reason:
        return None, str(reason), None
    if len(data) > limits.MAX_VALUE_BYTES:
        return None, f"a value of {len(data):,} bytes; at most {limits.MAX_VALUE_BYTES:,} are read", None
    return data, None, None


def _changed(arguments: tuple[Any, ...], raw: bytes) -> tuple[int, ...]:
    """Tell which arguments are no longer what came."""
    if not _differs(arguments, raw):
        return ()
    return tuple(index for index, each in enumerate(decode(raw)) if _differs(arguments[index], encode(each)))


def _differs(value: Any, before: bytes) -> bool:
    try:
        return encode(value) != before
    except Unsendable:
        return True


def _load(source: str, function: str, arity: int | None) -> Any:
    module = types.ModuleType("answer")
    module.__dict__["__builtins__"] = builtins
    sys.modules["answer"] = module
    exec(_compile(source), module.__dict__)  # noqa: S102 - the purpose of this process
    called = module.__dict__.get(function)
    if called is None:
        defined = [name for name, value in module.__dict__.items() if type(value) is types.FunctionType]
        found = f"it defines {', '.join(map(repr, defined[:5]))}" if defined else "it defines none"
        raise Rejected(f"The answer must define a function named {function!r}; {found[:300]}.")
    if not callable(called):
        raise Rejected(f"{function!r} must be a function; in the answer it is a {_name_of_type(type(called))[:60]}.")
    _check_arity(called, function, arity)
    return called


def _compile(source: str) -> types.CodeType:
    try:
        return compile(source.removeprefix("\ufeff"), FILENAME, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise Rejected(f"The answer is not valid Python: line {error.lineno}: {error.msg}.") from None
    except (ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise Rejected(f"The answer is not valid Python: {str(error) or 'it is nested too deeply'}.") from None


def _check_arity(called: Any, function: str, arity: int | None) -> None:
    if arity is None or _plainly_takes(called, arity):
        return
    try:
        signature = inspect.signature(called)
    except (TypeError, ValueError):  # some functions written in C do not tell
        return
    try:
        signature.bind(*range(arity))
    except TypeError:
        text = f"{function}{signature}"[:200]
        raise Rejected(
            f"The function is called with {arity} arguments by position; {text} does not take them."
        ) from None


def _plainly_takes(called: Any, arity: int) -> bool:
    """Whether a plain function takes so many arguments by position: at once, for `inspect` takes its time."""
    if type(called) is not types.FunctionType:
        return False
    code, defaults = called.__code__, called.__defaults__ or ()
    takes_more = bool(code.co_flags & inspect.CO_VARARGS)
    fits = code.co_argcount - len(defaults) <= arity and (arity <= code.co_argcount or takes_more)
    return fits and not code.co_kwonlyargcount


def describe_exception(error: BaseException) -> Described:
    """Class, deepest line of the answer itself, and text; nothing of the candidate's may go wrong in here."""
    line, traceback = None, _traceback_of(error)
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == FILENAME:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    try:
        text = str(error)
        text = text[: limits.MAX_TEXT] if type(text) is str else ""
    except BaseException:  # noqa: BLE001 - a __str__ that raises
        text = ""
    return _plain(_name_of_type(type(error)))[: limits.MAX_CLASS_NAME], line, _plain(text)[: limits.MAX_TEXT]


def _plain(text: str) -> str:
    """Text that UTF-8 can hold."""
    return text.encode("utf-8", "backslashreplace").decode()


def _seed(entropy: bytes) -> None:
    random.seed(int.from_bytes(entropy))
    np.random.seed(np.frombuffer(entropy, dtype="<u4"))  # noqa: NPY002 - the generator that candidates' code shares


class _Printed(io.TextIOBase):
    """What the submission prints, in memory; past the limit the process ends there and then."""

    def __init__(self, channel: Channel, limit: int) -> None:
        self._channel = channel
        self._left = limit
        self._parts: list[str] = []

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() takes text, not {_name_of_type(type(text))}")
        data = str.encode(text, "utf-8", "backslashreplace")
        self._left -= len(data)
        if self._left < 0:
            _end_with(self._channel, "output_limit")
        self._parts.append(data.decode())
        return len(text)

    def take(self) -> str:
        """Return what was printed since the last time."""
        if not self._parts:
            return ""
        text, self._parts = "".join(self._parts), []
        return text
