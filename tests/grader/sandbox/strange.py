"""Whatever a child could send, for the fuzzing tests: well formed, nearly well formed, and noise."""

from __future__ import annotations

import os
import signal
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.contract import Limits
from grader.sandbox import CallOutcome, Job, JobResult, Refused
from grader.sandbox.codec import DTYPES, DecodeError, decode, encode
from grader.sandbox.conversation import Conversation
from grader.sandbox.dialogue import Dialogue
from grader.sandbox.jobs import PRECEDENCE
from grader.sandbox.limits import MAX_TEXT
from grader.sandbox.process import Child, Reaped

arrays = hnp.arrays(
    dtype=st.sampled_from(DTYPES),
    shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
)
values = st.recursive(
    plain | arrays | arrays.filter(lambda array: array.size).map(lambda array: array.reshape(-1)[0]),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)

words = st.sampled_from(["loaded", "rejected", "failed", "fault", "value", "call", "answer", "broken"])
# What fails whoever compares it, measures it or prints it.
AWKWARD = (np.zeros(3), np.zeros((2, 0)), np.float32("nan"), [[]], {"a": ()}, (), -1, 2**62, "x" * 3000, b"N", None, "")
awkward = st.sampled_from(AWKWARD)
parts = plain | awkward
described = st.tuples(
    st.text(max_size=150) | parts, st.none() | st.integers(-5, 5) | parts, st.text(max_size=9) | parts
)
fields = (
    st.none()
    | parts
    | parts.map(encode)
    | st.sampled_from(PRECEDENCE)
    | described
    | st.lists(st.integers(-1, 3) | parts, max_size=3).map(tuple)
    | st.text(min_size=MAX_TEXT - 1, max_size=MAX_TEXT + 1)
)
calls = st.tuples(st.just("call"), *[fields] * 7)
spoken = st.tuples(words, fields) | st.tuples(words, fields, fields) | calls | values | st.tuples(words)


def with_header(payload: bytes) -> bytes:
    return struct.pack("<I", len(payload)) + payload


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    payload = bytearray(draw(spoken.map(encode)))
    payload[draw(st.integers(0, len(payload) - 1))] = draw(st.integers(0, 255))
    return with_header(bytes(payload))


whole = spoken.map(encode).map(with_header)
lying = st.tuples(st.integers(0, 2**32 - 1), spoken.map(encode)).map(lambda each: struct.pack("<I", each[0]) + each[1])
framed = whole | whole | whole | damaged() | lying | st.binary(max_size=60).map(with_header)

# Frames as they should be; each place of one is tried with all that is awkward.
SOUND = (
    ("loaded", ""),
    ("rejected", "no"),
    ("failed", ("E", 1, "text"), ""),
    ("fault", "time_limit"),
    ("value", encode(1.0)),
    ("call", encode(1.0), None, (), None, "", None, None),
    ("call", None, "a list", (0,), None, "", encode(1.0), None),
    ("call", None, None, (), ("E", None, "text"), "", None, None),
)
LOADED = with_header(encode(("loaded",)))
speech = st.tuples(st.sampled_from([LOADED, LOADED, b""]), st.lists(framed, max_size=6).map(b"".join)).map(b"".join)
endings = st.sampled_from([0, 1 << 8, signal.SIGKILL, signal.SIGXCPU, signal.SIGSEGV])


class Puppet:
    """Stands where the zygote stands: its one child says what it is given and ends as it is told."""

    def __init__(self, said: bytes, status: int, *, hangs: bool) -> None:
        self.inner, outer = socket.socketpair()
        self.child = Child(os.getpid(), outer)
        self.end = Reaped(status, 0.1, 1 << 20)
        self.inner.sendall(with_header(encode(("ready",))) + said)
        if not hangs:
            self.inner.shutdown(socket.SHUT_WR)

    def take(self, memory_bytes: int) -> Child:
        return self.child

    def make_ahead(self) -> None:
        pass

    def kill(self, child: Child) -> None:
        pass

    def abandon(self, child: Child) -> None:
        child.socket.close()

    def wait(self, child: Child, seconds: float) -> Reaped:
        return self.end


@contextmanager
def dialogue(said: bytes, status: int, *, hangs: bool) -> Iterator[Dialogue]:
    """Talk with a child that answers with these bytes, whatever it is asked."""
    limits = Limits(case_seconds=0.005, total_seconds=1.0)
    puppet = Puppet(said, status, hangs=hangs)
    with puppet.inner, Conversation(puppet, [b""], 2, 1 << 30, output_bytes=1000) as talk:
        yield Dialogue(Job("", "f", limits=limits), talk)


def is_sound(outcome: CallOutcome) -> bool:
    """Whether every part of an outcome is of its kind and within its bounds."""
    if outcome.status == "exception":
        info = outcome.exception
        return type(info.class_name) is str and type(info.text) is str and len(info.class_name + info.text) <= 2100
    if outcome.status != "ok":
        return outcome.status in (*PRECEDENCE, "not_run") and outcome.value is None
    refused = [part for part in (outcome.value, outcome.second) if type(part) is Refused]
    return len(outcome.printed) <= 1000 and all(len(part.reason) < 2100 for part in refused)


def decodes_or_says_why(data: bytes) -> bool:
    """Whether bytes are a value that can be written again, or refused as such."""
    try:
        value = decode(data)
    except DecodeError:
        return True
    return encode(value) is not None


def answers_soundly(said: bytes, status: int, hangs: bool) -> bool:
    with dialogue(said, status, hangs=hangs) as talk:
        return all(is_sound(talk.call(1.0, 2.0)) for _ in range(4)) and isinstance(talk.rejected, (str, type(None)))


def writing(said: bytes) -> str:
    """Give a submission that says these bytes on whatever descriptor it finds, in the place of an answer."""
    return (
        "import os\ndef f(x):\n    for number in range(3, 64):\n        try:\n"
        f"            os.write(number, {said!r})\n        except OSError:\n            pass\n    return x\n"
    )


def is_sound_result(result: JobResult) -> bool:
    return (result.rejected is None) == bool(result.outcomes) and all(map(is_sound, result.outcomes))
