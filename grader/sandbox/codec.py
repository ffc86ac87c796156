"""Values as bytes: the only language that crosses the wall of the sandbox. Imported on both sides.

Security code: a decoder of a stranger's bytes. Every length is checked against what is really there before anything is
allocated, depth and count are capped, and nothing is ever looked up by a name that came in.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any, Final

import numpy as np

MAX_BYTES: Final = 64 << 20
MAX_DEPTH: Final = 16
MAX_ITEMS: Final = 1_000_000
MAX_NDIM: Final = 8
MAX_DIMENSION: Final = 1 << 40

# The order is the wire format: a dtype's code is its place.
DTYPES: Final = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
_DTYPES: Final = tuple(np.dtype(name) for name in DTYPES)
_CODES: Final = {name: code for code, name in enumerate(DTYPES)}
_SCALARS: Final = {np.dtype(char).type for char in "?bBhHiIlLqQefdgFDG"}
_WIDEST: Final = {"f": 8, "c": 16}

_pack_length, _unpack_length = struct.Struct("<I").pack, struct.Struct("<I").unpack_from
_pack_int, _unpack_int = struct.Struct("<q").pack, struct.Struct("<q").unpack_from
_pack_float, _unpack_float = struct.Struct("<d").pack, struct.Struct("<d").unpack_from
_pack_complex, _unpack_complex = struct.Struct("<dd").pack, struct.Struct("<dd").unpack_from
# A candidate's metaclass may define __name__ and __mro__ of its own; these are the interpreter's.
_name_of_type = type.__dict__["__name__"].__get__
_mro_of_type = type.__dict__["__mro__"].__get__


class Unsendable(TypeError):  # noqa: N818 - what the value is
    """A value outside the white list; the message is a sentence that begins after "the function returned"."""


class DecodeError(ValueError):
    """Bytes that are not the codec's: truncated, oversized, too deep, or of an unknown tag."""


def encode(value: Any) -> bytes:
    """Encode one value of the white list.

    Types are compared with `is`, never by `isinstance` or by protocol, so no method of a candidate's class is called.

    Raises
    ------
    Unsendable
        with a sentence for whoever returned the value.
    """
    out: list[bytes] = []
    _Encoder(out).put(value, 0)
    return b"".join(out)


def decode(data: bytes) -> Any:
    """Rebuild what `encode` wrote; arrays own their memory.

    Raises
    ------
    DecodeError
        on any other bytes, whatever they are.
    """
    reader = _Decoder(data)
    value = reader.take(0)
    if reader.position != len(data):
        raise DecodeError(f"{len(data) - reader.position} bytes follow the value")
    return value


class _Encoder:
    __slots__ = ("items", "out", "size")

    def __init__(self, out: list[bytes]) -> None:
        self.out = out
        self.items = 0
        self.size = 0

    def put(self, value: Any, depth: int) -> None:
        kind = type(value)
        if kind is np.ndarray:
            self._put_array(value)
        elif kind is list or kind is tuple or kind is dict:
            self._put_container(value, depth)
        elif kind in _SCALARS:
            code = _code(value.dtype)
            self._append(b"g", bytes([code]), value.astype(_DTYPES[code]).tobytes())
        elif kind in _SIMPLE:
            self._append(*_SIMPLE[kind](value))
        else:
            raise Unsendable(_describe(kind))

    def _append(self, *parts: bytes) -> None:
        self.size += sum(map(len, parts))
        _fits(self.size)
        self.out.extend(parts)

    def _put_array(self, value: np.ndarray[Any, Any]) -> None:
        code = _code(value.dtype)
        if value.ndim > MAX_NDIM:
            raise Unsendable(f"an array of {value.ndim} dimensions; at most {MAX_NDIM} are read")
        _fits(value.nbytes)
        if any(size > MAX_DIMENSION for size in value.shape):
            raise Unsendable(f"an array of shape {value.shape}, which is beyond any case here")
        plain = value if value.dtype == _DTYPES[code] else value.astype(_DTYPES[code])
        head = struct.pack(f"<BB{value.ndim}Q", code, value.ndim, *value.shape)
        self._append(b"a", head, plain.tobytes())

    def _put_container(self, value: list[Any] | tuple[Any, ...] | dict[Any, Any], depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise Unsendable(f"a value nested more than {MAX_DEPTH} deep")
        self.items += len(value)
        if self.items > MAX_ITEMS:
            raise Unsendable(f"a list of more than {MAX_ITEMS:,} items; return an array")
        kind = type(value)
        self._append(b"l" if kind is list else b"t" if kind is tuple else b"m", _pack_length(len(value)))
        if isinstance(value, dict):
            for key, item in value.items():
                if type(key) is not str:
                    raise Unsendable("a dict with a key that is not text")
                self._append(*_text(key))
                self.put(item, depth + 1)
        else:
            for item in value:
                self.put(item, depth + 1)


class _Decoder:
    __slots__ = ("data", "items", "position")

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_BYTES:
            raise DecodeError(f"{len(data)} bytes; at most {MAX_BYTES} are read")
        self.data = data
        self.position = 0
        self.items = 0

    def take(self, depth: int) -> Any:
        tag = self._bytes(1)
        if tag == b"a":
            return self._array()
        if tag == b"d":
            return _unpack_float(self._bytes(8))[0]
        if tag == b"g":
            return self._plain(self._dtype(), 1)[0]
        if tag == b"i":
            return _unpack_int(self._bytes(8))[0]
        if tag in _CONSTANTS:
            return _CONSTANTS[tag]
        if tag == b"c":
            return complex(*_unpack_complex(self._bytes(16)))
        if tag == b"s":
            return self._text()
        if tag == b"b":
            return self._bytes(self._length())
        if tag in {b"l", b"t", b"m"}:
            return self._container(tag, depth)
        raise DecodeError(f"unknown tag {tag!r} at byte {self.position - 1}")

    def _bytes(self, count: int) -> bytes:
        start, end = self.position, self.position + count
        if end > len(self.data):
            raise DecodeError(f"{count} bytes are announced at byte {start}, {len(self.data) - start} are there")
        self.position = end
        return self.data[start:end]

    def _length(self) -> int:
        return int(_unpack_length(self._bytes(4))[0])

    def _text(self) -> str:
        try:
            return self._bytes(self._length()).decode()
        except UnicodeDecodeError as error:
            raise DecodeError("text that is not UTF-8") from error

    def _dtype(self) -> np.dtype[Any]:
        code = self._bytes(1)[0]
        if code >= len(_DTYPES):
            raise DecodeError(f"unknown dtype code {code}")
        return _DTYPES[code]

    def _array(self) -> np.ndarray[Any, Any]:
        dtype = self._dtype()
        ndim = self._bytes(1)[0]
        if ndim > MAX_NDIM:
            raise DecodeError(f"{ndim} dimensions; at most {MAX_NDIM} are read")
        shape = struct.unpack(f"<{ndim}Q", self._bytes(8 * ndim))
        if any(size > MAX_DIMENSION for size in shape):
            raise DecodeError(f"an array of shape {shape}")
        try:
            values: np.ndarray[Any, Any] = self._plain(dtype, math.prod(shape)).reshape(shape)
        except ValueError as error:  # numpy bounds the product of the dimensions of an empty array too
            raise DecodeError(f"an array of shape {shape}") from error
        return values

    def _plain(self, dtype: np.dtype[Any], count: int) -> np.ndarray[Any, Any]:
        data = self._bytes(count * dtype.itemsize)
        if dtype.kind == "b":
            return np.frombuffer(data, np.uint8).astype(bool)  # a byte of 2 is no bool, and numpy would take it for one
        return np.array(np.frombuffer(data, dtype))

    def _container(self, tag: bytes, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            raise DecodeError(f"nested more than {MAX_DEPTH} deep")
        count = self._length()
        self.items += count
        # Every item takes a byte at least, so an announced count can be held against what is there.
        if self.items > MAX_ITEMS or count > len(self.data) - self.position:
            raise DecodeError(f"{count} items are announced at byte {self.position}")
        if tag == b"m":
            return {self._text(): self.take(depth + 1) for _ in range(count)}
        items = [self.take(depth + 1) for _ in range(count)]
        return items if tag == b"l" else tuple(items)


_CONSTANTS: Final = {b"N": None, b"T": True, b"F": False}


def _fits(size: int) -> int:
    if size > MAX_BYTES:
        raise Unsendable(f"a value of {size:,} bytes; at most {MAX_BYTES:,} are read")
    return size


def _int(value: int) -> tuple[bytes, bytes]:
    if not -(1 << 63) <= value < 1 << 63:
        raise Unsendable("an integer beyond 64 bits")
    return b"i", _pack_int(value)


def _text(value: str) -> tuple[bytes, bytes]:
    try:
        data = value.encode()
    except UnicodeEncodeError:
        raise Unsendable("text with a lone surrogate, which no encoding of Unicode holds") from None
    return _pack_length(_fits(len(data))), data


def _code(dtype: np.dtype[Any]) -> int:
    # long double travels as double: its width differs between machines, and no case needs more.
    width = min(dtype.itemsize, _WIDEST.get(dtype.kind, dtype.itemsize))
    code = _CODES.get(f"{dtype.kind}{width}")
    if code is None:
        what = "an object array" if dtype.kind == "O" else f"an array of dtype {str(dtype)[:40]}"
        raise Unsendable(f"{what}; expected float64 or another plain number type up to 64 bits")
    return code


# Looked up by the type itself, and `type(True) is bool` though a bool is an int.
_SIMPLE: Final[dict[type, Callable[[Any], tuple[bytes, ...]]]] = {
    type(None): lambda _: (b"N",),
    bool: lambda value: (b"T" if value else b"F",),
    int: _int,
    float: lambda value: (b"d", _pack_float(value)),
    complex: lambda value: (b"c", _pack_complex(value.real, value.imag)),
    str: lambda value: (b"s", *_text(value)),
    bytes: lambda value: (b"b", _pack_length(_fits(len(value))), value),
}


def _describe(kind: type) -> str:
    name = _name_of_type(kind)[:60]
    mro = _mro_of_type(kind)
    if any(base is np.ma.MaskedArray for base in mro):
        return "a masked array; return a plain array, such as its .filled(...)"
    for base, said in ((np.ndarray, "numpy.ndarray"), *((scalar, scalar.__name__) for scalar in (float, int, complex))):
        if any(each is base for each in mro):
            return f"a {name}, a subclass of {said}; return a plain {base.__name__}"
    return f"a value of type {name}, which is neither a number nor an array"
