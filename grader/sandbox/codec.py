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
MAX_ITEMS: Final = 100_000  # each becomes an object, many times as large as its bytes
MAX_NDIM: Final = 8
MAX_DIMENSION: Final = 1 << 40

# The order is the wire format: a dtype's code is its place.
DTYPES: Final = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
_DTYPES: Final = tuple(np.dtype(name) for name in DTYPES)
_KNOWN: Final = {dtype: code for code, dtype in enumerate(_DTYPES)}
_SCALARS: Final = {np.dtype(char).type for char in "?bBhHiIlLqQefdgFDG"}
_WIDEST: Final = {"f": 8, "c": 16}

_LENGTH, _INT, _FLOAT, _PAIR = (struct.Struct(layout) for layout in ("<I", "<q", "<d", "<dd"))
_SHAPES: Final = tuple(struct.Struct(f"<{ndim}Q") for ndim in range(MAX_NDIM + 1))
_HEADS: Final = tuple(struct.Struct(f"<BBB{ndim}Q") for ndim in range(MAX_NDIM + 1))
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
    kind = type(value)
    if kind is np.ndarray:
        return _array(value)
    if kind in _SIMPLE:
        return _SIMPLE[kind](value)
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
            part = _array(value)
        elif kind in _SIMPLE:
            part = _SIMPLE[kind](value)
        elif kind is list or kind is tuple or kind is dict:
            self._put_container(value, depth)
            return
        elif kind in _SCALARS:
            code = _code(value.dtype)
            part = b"g" + bytes([code]) + value.astype(_DTYPES[code]).tobytes()
        else:
            raise Unsendable(_describe(kind))
        self._append(part)

    def _append(self, part: bytes) -> None:
        self.size = _fits(self.size + len(part))
        self.out.append(part)

    def _put_container(self, value: list[Any] | tuple[Any, ...] | dict[Any, Any], depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise Unsendable(f"a value nested more than {MAX_DEPTH} deep")
        self.items += len(value)
        if self.items > MAX_ITEMS:
            raise Unsendable(f"a list of more than {MAX_ITEMS:,} items; return an array")
        kind = type(value)
        self._append((b"l" if kind is list else b"t" if kind is tuple else b"m") + _LENGTH.pack(len(value)))
        if isinstance(value, dict):
            for key, item in value.items():
                if type(key) is not str:
                    raise Unsendable("a dict with a key that is not text")
                self._append(_text(key))
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
        tag = self.data[self._pass(1)]
        if tag == _ARRAY:
            return self._array()
        if tag in _FIXED:
            layout = _FIXED[tag]
            return layout.unpack_from(self.data, self._pass(layout.size))[0]
        if tag in _CONSTANTS:
            return _CONSTANTS[tag]
        if tag == _SCALAR:
            dtype = self._dtype(self.data[self._pass(1)])
            return self._plain(dtype, (), dtype.itemsize)[()]
        if tag == _COMPLEX:
            return complex(*_PAIR.unpack_from(self.data, self._pass(_PAIR.size)))
        if tag == _STR:
            return self._text()
        if tag == _BYTES:
            return self._counted()
        if tag in _CONTAINERS:
            return self._container(_CONTAINERS[tag], depth)
        raise DecodeError(f"unknown tag {tag} at byte {self.position - 1}")

    def _pass(self, count: int) -> int:
        """Move over so many bytes that are really there, and return where they begin."""
        start = self.position
        if count > len(self.data) - start:
            raise DecodeError(f"{count} bytes are announced at byte {start}, {len(self.data) - start} are there")
        self.position = start + count
        return start

    def _length(self) -> int:
        length: int = _LENGTH.unpack_from(self.data, self._pass(4))[0]
        return length

    def _counted(self) -> bytes:
        start = self._pass(self._length())
        return self.data[start : self.position]

    def _text(self) -> str:
        try:
            return self._counted().decode()
        except UnicodeDecodeError as error:
            raise DecodeError("text that is not UTF-8") from error

    def _dtype(self, code: int) -> np.dtype[Any]:
        if code >= len(_DTYPES):
            raise DecodeError(f"unknown dtype code {code}")
        return _DTYPES[code]

    def _array(self) -> np.ndarray[Any, Any]:
        start = self._pass(2)
        dtype, ndim = self._dtype(self.data[start]), self.data[start + 1]
        if ndim > MAX_NDIM:
            raise DecodeError(f"{ndim} dimensions; at most {MAX_NDIM} are read")
        shape = _SHAPES[ndim].unpack_from(self.data, self._pass(8 * ndim))
        if shape and max(shape) > MAX_DIMENSION:
            raise DecodeError(f"an array of shape {shape}")
        return self._plain(dtype, shape, math.prod(shape) * dtype.itemsize)

    def _plain(self, dtype: np.dtype[Any], shape: tuple[int, ...], size: int) -> np.ndarray[Any, Any]:
        start = self._pass(size)
        try:
            if dtype.kind == "b":  # a byte of 2 is no bool, and numpy would take it for one
                return np.ndarray(shape, np.uint8, self.data, start).astype(bool)
            return np.ndarray(shape, dtype, self.data, start).copy()
        except ValueError as error:  # numpy bounds the product of the dimensions of an empty array too
            raise DecodeError(f"an array of shape {shape}") from error

    def _container(self, kind: type, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            raise DecodeError(f"nested more than {MAX_DEPTH} deep")
        count = self._length()
        self.items += count
        # Every item takes a byte at least, so an announced count can be held against what is there.
        if self.items > MAX_ITEMS or count > len(self.data) - self.position:
            raise DecodeError(f"{count} items are announced at byte {self.position}")
        if kind is dict:
            return {self._text(): self.take(depth + 1) for _ in range(count)}
        items = [self.take(depth + 1) for _ in range(count)]
        return items if kind is list else tuple(items)


_ARRAY, _SCALAR, _COMPLEX, _STR, _BYTES = b"agcsb"
_CONSTANTS: Final = {ord("N"): None, ord("T"): True, ord("F"): False}
_FIXED: Final = {ord("i"): _INT, ord("d"): _FLOAT}
_CONTAINERS: Final = {ord("l"): list, ord("t"): tuple, ord("m"): dict}


def _fits(size: int) -> int:
    if size > MAX_BYTES:
        raise Unsendable(f"a value of {size:,} bytes; at most {MAX_BYTES:,} are read")
    return size


def _array(value: np.ndarray[Any, Any]) -> bytes:
    dtype, shape = value.dtype, value.shape
    code = _code(dtype)
    if len(shape) > MAX_NDIM:
        raise Unsendable(f"an array of {len(shape)} dimensions; at most {MAX_NDIM} are read")
    _fits(value.nbytes)
    if shape and max(shape) > MAX_DIMENSION:
        raise Unsendable(f"an array of shape {shape}, which is beyond any case here")
    plain = value if dtype is _DTYPES[code] else value.astype(_DTYPES[code])
    return _HEADS[len(shape)].pack(_ARRAY, code, len(shape), *shape) + plain.tobytes()


def _int(value: int) -> bytes:
    if not -(1 << 63) <= value < 1 << 63:
        raise Unsendable("an integer beyond 64 bits")
    return b"i" + _INT.pack(value)


def _text(value: str) -> bytes:
    try:
        data = value.encode()
    except UnicodeEncodeError:
        raise Unsendable("text with a lone surrogate, which no encoding of Unicode holds") from None
    return _LENGTH.pack(_fits(len(data))) + data


def _code(dtype: np.dtype[Any]) -> int:
    code = _KNOWN.get(dtype)
    return _code_of_relative(dtype) if code is None else code


def _code_of_relative(dtype: np.dtype[Any]) -> int:
    """Find the nearest plain type: of another byte order, or narrower for long double, whose width is the machine's."""
    width = min(dtype.itemsize, _WIDEST.get(dtype.kind, dtype.itemsize))
    name = f"{dtype.kind}{width}"
    if name not in DTYPES:
        what = "an object array" if dtype.kind == "O" else f"an array of dtype {str(dtype)[:40]}"
        raise Unsendable(f"{what}; expected float64 or another plain number type up to 64 bits")
    return DTYPES.index(name)


# Looked up by the type itself, and `type(True) is bool` though a bool is an int.
_SIMPLE: Final[dict[type, Callable[[Any], bytes]]] = {
    type(None): lambda _: b"N",
    bool: lambda value: b"T" if value else b"F",
    int: _int,
    float: lambda value: b"d" + _FLOAT.pack(value),
    complex: lambda value: b"c" + _PAIR.pack(value.real, value.imag),
    str: lambda value: b"s" + _text(value),
    bytes: lambda value: b"b" + _LENGTH.pack(_fits(len(value))) + value,
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
