"""One child, from the job's bytes to its end: frames against a deadline, never blocking on a stranger. Runs outside."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Iterable
from typing import Any, Final, Self

from grader.sandbox import codec
from grader.sandbox.frames import HEADER
from grader.sandbox.jobs import PRECEDENCE, Fault
from grader.sandbox.limits import MAX_ANSWERS_BYTES
from grader.sandbox.process import Child, Reaped, Zygote, ZygoteLostError

READY_SECONDS: Final = 10.0
_GRACE_SECONDS: Final = 0.5
# A frame wakes nobody: the worker sleeps until the child hangs up, and looks for frames in between, less and less
# often. To be woken for each of thirty small answers would cost more than the answers.
_LOOK_SECONDS: Final = 0.001
_LONGEST_LOOK_SECONDS: Final = 0.02
_LARGE: Final = 1 << 15


class Ended(Exception):  # noqa: N818 - an event, not always an error
    """The child gave no further answer. `fault` says how it ended, `reaped` what the kernel says of it."""

    def __init__(self, fault: Fault, detail: str, reaped: Reaped) -> None:
        super().__init__(detail)
        self.fault: Fault = fault
        self.detail = detail
        self.reaped = reaped


class Conversation:
    """Take the child made ahead, hand it the payloads and hear its frames.

    Entering it waits for READY; whatever goes wrong until then is ZygoteLostError, the judge's own fault. With
    `at_once` the first byte of a frame wakes the worker: for one that asks again as soon as it is answered.
    """

    def __init__(
        self,
        zygote: Zygote,
        payloads: Iterable[bytes],
        cpu_seconds: int,
        memory_bytes: int,
        *,
        output_bytes: int = 0,
        at_once: bool = False,
    ) -> None:
        self._printable = output_bytes
        self._zygote = zygote
        self._cpu_seconds = cpu_seconds
        self._memory_bytes = memory_bytes
        self._killed = False
        self._payloads = payloads
        self._unsent = memoryview(b"")
        self._received = bytearray()
        self._allowance = MAX_ANSWERS_BYTES
        self._child: Child | None = None
        self._at_once = self._eager = at_once
        self._look = _LOOK_SECONDS

    def __enter__(self) -> Self:
        self._child = self._zygote.take(self._memory_bytes)
        self._child.socket.setblocking(False)
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _begin(self) -> None:
        payloads = iter(self._payloads)
        self._send(next(payloads, b""))
        self._zygote.make_ahead()
        self._send(*payloads)
        try:
            frame = self.hear(READY_SECONDS)
        except Ended as ended:
            raise ZygoteLostError(f"a child ended before it was ready: {ended.detail}") from ended
        if frame != ("ready",):
            raise ZygoteLostError(f"a child could not get ready: {frame}")

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            child, self._child = self._child, None
            try:
                self._zygote.abandon(child)
            except ZygoteLostError:
                return  # then it is gone with its zygote; the next job will find out

    def ask(self, payload: bytes) -> None:
        """Hand it one more payload."""
        self._send(payload)

    def hear(self, seconds: float) -> tuple[Any, ...]:
        """Return the next frame; raises Ended where there is none."""
        deadline = time.monotonic() + seconds
        payload = self._next_payload(deadline)
        try:
            frame = codec.decode(payload)
        except codec.DecodeError as error:
            raise self.malformed() from error
        if type(frame) is not tuple or not frame or type(frame[0]) is not str:
            raise self.malformed()
        return frame

    def counted(self, printed: str) -> str:
        """Give back what was printed, or end a child that printed more than it may: its own count may be forged."""
        self._printable -= len(printed)
        if self._printable < 0:
            raise self.confessed("output_limit")
        return printed

    def account(self) -> Reaped:
        """End a child whose answer is complete, and return the kernel's account of it."""
        return self._end(0.0)

    def malformed(self) -> Ended:
        return Ended("runtime_error", "it sent something that is not an answer", self._end(0.0))

    def confessed(self, fault: Any) -> Ended:
        """End a child that met a limit and said so: a submission that lies here only harms itself."""
        if type(fault) is not str or fault not in PRECEDENCE:  # what came may not even be comparable
            return self.malformed()
        return Ended(fault, f"it met the {fault.replace('_', ' ')}", self._end(_GRACE_SECONDS))

    def _next_payload(self, deadline: float) -> bytes:
        while not self._is_whole():
            left = deadline - time.monotonic()
            self._exchange(left)
            if left <= 0 and not self._is_whole():  # something may come all the time and never be a frame
                raise Ended("time_limit", "it did not answer in time", self._end(0.0))
        end = HEADER.size + HEADER.unpack_from(self._received)[0]
        payload = bytes(self._received[HEADER.size : end])
        del self._received[:end]
        return payload

    def _is_whole(self) -> bool:
        """Whether a frame has come from its header to its last byte."""
        if len(self._received) < HEADER.size:
            return False
        length: int = HEADER.unpack_from(self._received)[0]
        if length > codec.MAX_BYTES:
            raise self.malformed()
        return len(self._received) >= HEADER.size + length

    def _send(self, *payloads: bytes) -> None:
        """Send as much as goes now; `_exchange` sends the rest."""
        assert self._child is not None
        framed = b"".join(HEADER.pack(len(payload)) + payload for payload in payloads)
        self._unsent = memoryview(bytes(self._unsent) + framed)
        self._push()

    def _push(self) -> None:
        assert self._child is not None
        try:
            self._unsent = self._unsent[self._child.socket.send(self._unsent) :]
        except BlockingIOError:
            return
        except ConnectionError:  # it needs no more, and may have answered before it hung up
            self._unsent = memoryview(b"")

    def _exchange(self, left: float) -> None:
        """Wait until the child's socket moves; send what it takes and keep what it gives."""
        assert self._child is not None
        outer = self._child.socket
        if self._unsent:
            self._push()
        poll = select.poll()
        poll.register(outer, (select.POLLIN if self._eager else 0) | (select.POLLOUT if self._unsent else 0))
        poll.poll(max(0.0, min(left, self._look) * 1000))
        try:
            data = outer.recv(1 << 18)
        except BlockingIOError:
            self._look = min(2 * self._look, _LONGEST_LOOK_SECONDS)
            return
        except ConnectionError:
            data = b""
        if not data:
            raise self._silent()
        self._allowance -= len(data)
        if self._allowance < 0:
            raise Ended("output_limit", f"it sent more than {MAX_ANSWERS_BYTES:,} bytes", self._end(0.0))
        self._received += data
        self._eager = self._at_once or len(data) >= _LARGE
        self._look = _LOOK_SECONDS

    def _silent(self) -> Ended:
        """End a child that hung up without the frame that was due; the kernel says how it ended."""
        reaped = self._end(_GRACE_SECONDS)
        if os.WIFEXITED(reaped.status):
            code = os.WEXITSTATUS(reaped.status)
            return Ended("runtime_error", f"the process ended by itself, with status {code}", reaped)
        number = os.WTERMSIG(reaped.status)
        if number == signal.SIGXCPU or (self._is_unsolicited(number) and reaped.cpu_seconds >= self._cpu_seconds):
            return Ended("time_limit", "it used up its CPU time", reaped)
        if self._is_unsolicited(number) and 2 * reaped.peak_bytes > self._memory_bytes:
            return Ended("memory_limit", "the kernel ended it for want of memory", reaped)
        return Ended("runtime_error", f"the process was ended by {signal.Signals(number).name}", reaped)

    def _is_unsolicited(self, number: int) -> bool:
        """Whether this is a SIGKILL that we did not send: from the CPU limit, or for want of memory."""
        return number == signal.SIGKILL and not self._killed

    def _end(self, grace: float) -> Reaped:
        """Make sure that the child is gone."""
        assert self._child is not None
        child, self._child = self._child, None
        with child.socket:
            reaped = self._zygote.wait(child, grace) if grace else None
            if reaped is None:
                self._killed = True
                self._zygote.kill(child)
                reaped = self._zygote.wait(child, READY_SECONDS)
        if reaped is None:
            raise ZygoteLostError("the zygote did not reap a child that was killed")
        return reaped
