"""Length-prefixed frames on a file descriptor: the child's side. The client's side never blocks and is in client.py."""

from __future__ import annotations

import os
import select
import struct
from collections.abc import Iterator
from typing import Final

HEADER: Final = struct.Struct("<I")

_read, _write, _close, _pack, _unpack = os.read, os.write, os.close, HEADER.pack, HEADER.unpack


class Channel:
    """The child's end: whole frames on a descriptor that blocks."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._read = b""
        self._at = 0

    def send(self, payload: bytes) -> None:
        rest = _pack(len(payload)) + payload
        while rest:  # the descriptor blocks, so that once is enough but for a signal
            rest = rest[_write(self._descriptor, rest) :]

    def receive(self) -> bytes:
        """Return the next frame; EOFError where the other side is gone."""
        (length,) = _unpack(self._exactly(HEADER.size))
        return self._exactly(length)

    def is_waiting(self) -> bool:
        """Whether a frame, or its beginning, is there already."""
        return bool(select.select([self._descriptor], [], [], 0)[0])

    def close(self) -> None:
        _close(self._descriptor)

    def _exactly(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._read):
            self._read = b"".join([self._read[self._at :], *self._parts(end - len(self._read))])
            self._at, end = 0, count
        taken = self._read[self._at : end]
        self._at = end
        return taken

    def _parts(self, missing: int) -> Iterator[bytes]:
        """Yield what comes until at least so many bytes have come."""
        while missing > 0:
            part = _read(self._descriptor, 1 << 16)
            if not part:
                raise EOFError("the worker closed the connection")
            missing -= len(part)
            yield part
