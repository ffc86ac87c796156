"""Length-prefixed frames on a file descriptor: the child's side. The client's side never blocks and is in client.py."""

from __future__ import annotations

import os
import struct
from typing import Final

HEADER: Final = struct.Struct("<I")

_read, _write, _pack, _unpack = os.read, os.write, HEADER.pack, HEADER.unpack


def send(descriptor: int, payload: bytes) -> None:
    """Write one frame; the descriptor blocks."""
    rest = memoryview(_pack(len(payload)) + payload)
    while rest:
        rest = rest[_write(descriptor, rest) :]


def receive(descriptor: int) -> bytes:
    """Read one frame; EOFError where the other side is gone."""
    return _exactly(descriptor, _unpack(_exactly(descriptor, HEADER.size))[0])


def _exactly(descriptor: int, count: int) -> bytes:
    parts = []
    while count:
        part = _read(descriptor, min(count, 1 << 20))
        if not part:
            raise EOFError("the worker closed the connection")
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
