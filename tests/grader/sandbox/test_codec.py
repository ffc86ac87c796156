from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox import codec
from grader.sandbox.codec import DTYPES, DecodeError, Unsendable, decode, encode
from tests.grader.sandbox.strange import values


def same(one: object, other: object) -> bool:
    """Same types all the way down and the same bits; NaN is the same as NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (np.ndarray, np.generic)):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (float, complex)):
        return repr(one) == repr(other)
    return one == other


@given(values)
def test_what_is_encoded_comes_back_with_its_type_and_bits(value: object) -> None:
    assert same(decode(encode(value)), value)


@given(st.binary(max_size=200))
@settings(max_examples=500)
def test_any_bytes_are_a_value_or_a_decode_error(data: bytes) -> None:
    try:
        value = decode(data)
    except DecodeError:
        return
    assert same(decode(encode(value)), value)


@given(values, st.data())
@settings(max_examples=300)
def test_damaged_bytes_are_a_value_or_a_decode_error(value: object, data: st.DataObject) -> None:
    encoded = bytearray(encode(value))
    place = data.draw(st.integers(0, len(encoded) - 1))
    encoded[place] = data.draw(st.integers(0, 255))
    try:
        again = decode(bytes(encoded[: data.draw(st.integers(place, len(encoded)))]))
    except DecodeError:
        return
    encode(again)


@pytest.mark.parametrize("length", [2**16, 2**31, 2**32 - 1])
@pytest.mark.parametrize("tag", [b"s", b"b", b"l", b"t", b"m"])
def test_an_announced_length_is_checked_before_anything_is_allocated(tag: bytes, length: int) -> None:
    with pytest.raises(DecodeError, match="announced"):
        decode(tag + struct.pack("<I", length) + b"N" * 10)


@pytest.mark.parametrize("shape", [(2**40, 2**20), (2**63,), (0, 2**40 + 1), (2**20,) * 8])
def test_a_giant_declared_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(DecodeError):
        decode(b"a" + struct.pack(f"<BB{len(shape)}Q", DTYPES.index("f8"), len(shape), *shape))


def test_a_byte_that_is_no_truth_value_does_not_become_one() -> None:
    data = b"a" + struct.pack("<BBQ", DTYPES.index("b1"), 1, 2) + b"\x02\x00"
    assert decode(data).view(np.uint8).tolist() == [1, 0]


def test_nesting_and_count_are_capped_on_both_sides() -> None:
    deep: object = 0
    for _ in range(codec.MAX_DEPTH + 1):
        deep = [deep]
    with pytest.raises(Unsendable, match="nested"):
        encode(deep)
    with pytest.raises(DecodeError, match="nested"):
        decode((b"l" + struct.pack("<I", 1)) * (codec.MAX_DEPTH + 1) + b"N")
    with pytest.raises(Unsendable, match="items"):
        encode([None] * (codec.MAX_ITEMS + 1))
    with pytest.raises(DecodeError, match="announced"):
        decode(b"l" + struct.pack("<I", codec.MAX_ITEMS + 1) + b"N" * (codec.MAX_ITEMS + 1))


def test_size_is_capped_on_both_sides() -> None:
    with pytest.raises(Unsendable, match="bytes"):
        encode(np.broadcast_to(0.0, (10**6, 10**6)))
    with pytest.raises(DecodeError, match="bytes"):
        decode(b"N" * (codec.MAX_BYTES + 1))


class Float(float):
    pass


class Array(np.ndarray):
    pass


class Hidden(type):
    @property
    def __name__(cls) -> str:
        raise AssertionError("a candidate's metaclass must not be asked")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Float(1), "a Float, a subclass of float; return a plain float"),
        (np.zeros(2).view(Array), "a Array, a subclass of numpy.ndarray; return a plain ndarray"),
        (np.ma.masked_array([1.0], [True]), "a masked array"),
        (np.array([None]), "an object array"),
        (np.array(["a"]), "an array of dtype <U1"),
        (np.zeros(1, "m8[s]"), "an array of dtype"),
        (2**63, "an integer beyond 64 bits"),
        ({1, 2}, "a value of type set"),
        ({1: 2.0}, "a dict with a key that is not text"),
        ("\ud800", "text with a lone surrogate"),
        (np.zeros((1,) * 9), "an array of 9 dimensions"),
        (math.sin, "a value of type builtin_function_or_method"),
        (Hidden("Secret", (), {})(), "a value of type Secret"),
    ],
)
def test_a_value_outside_the_white_list_is_refused_with_a_sentence(value: object, said: str) -> None:
    with pytest.raises(Unsendable) as refusal:
        encode(value)
    assert str(refusal.value).startswith(said)


def test_no_method_of_a_candidates_class_is_called() -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("called")

    names = (
        "__eq__",
        "__hash__",
        "__float__",
        "__len__",
        "__iter__",
        "__array__",
        "__reduce__",
        "__getattr__",
        "__bool__",
    )
    with pytest.raises(Unsendable):
        encode(type("Trap", (), dict.fromkeys(names, fail))())


def test_other_widths_and_byte_orders_travel_as_the_plain_ones() -> None:
    assert same(decode(encode(np.arange(3, dtype=">f8"))), np.arange(3.0))
    assert same(decode(encode(np.longdouble(1.5))), np.float64(1.5))
    assert same(decode(encode(np.arange(6.0).reshape(2, 3).T)), np.arange(6.0).reshape(2, 3).T.copy())


def test_a_decoded_array_owns_writable_memory() -> None:
    array = decode(encode(np.zeros(3)))
    assert array.flags.owndata or array.base.flags.owndata
    array[0] = 1.0
