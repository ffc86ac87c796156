"""Batches of many blocks give what their blocks give, wherever the numbers lie in memory."""

import tracemalloc

import numpy as np
import pytest

import lossref
from lossref import _blocks
from lossref._sums import PIECE
from tests.lossref.drawing import batch_of, place_of

MANY = 2 * PIECE + 77


@pytest.fixture
def short_blocks(monkeypatch):
    """Blocks of one piece: as many as a large batch has, in a small one."""
    monkeypatch.setattr(_blocks, "NUMBERS_IN_A_BLOCK", PIECE)


@pytest.mark.usefixtures("short_blocks")
def test_many_blocks_give_the_terms_of_each(spec, rng):
    arguments = batch_of(spec, rng, rows=MANY)
    terms = spec.value(*arguments, reduction="none")
    ends = slice(MANY - 40, MANY)
    np.testing.assert_allclose(
        terms[ends], spec.value(*[a[ends] for a in arguments], reduction="none"), rtol=1e-13, atol=1e-300
    )
    assert spec.value(*arguments) == pytest.approx(terms.sum() / MANY, rel=1e-12)
    for wrt in spec.slopes:
        gradient = spec.gradient(*arguments, wrt=wrt, reduction="sum")
        last = spec.gradient(*[a[ends] for a in arguments], wrt=wrt, reduction="sum")
        np.testing.assert_allclose(gradient[ends], last, rtol=1e-13, atol=1e-300)


@pytest.mark.usefixtures("short_blocks")
def test_an_offence_far_behind_is_named_at_its_place(spec, rng):
    arguments = batch_of(spec, rng, rows=MANY)
    place = place_of(spec)
    spoilt = arguments[place].astype(np.float64)
    index = (MANY - 3, 1) if spoilt.ndim == 2 else (MANY - 3,)
    spoilt[index] = np.nan
    arguments[place] = spoilt
    for call in (spec.value, spec.gradient, spec.value_and_gradient):
        if call != spec.value and not spec.slopes:
            continue
        with pytest.raises(lossref.DomainError) as caught:
            call(*arguments)
        assert caught.value.index == index
        assert caught.value.argument == spec.arrays[place].name


def test_every_second_row_of_an_array_is_taken_as_it_lies(spec, rng):
    arguments = batch_of(spec, rng, rows=50)
    views, copies = [a[::2] for a in arguments], [a[::2].copy() for a in arguments]
    np.testing.assert_array_equal(spec.value(*views, reduction="none"), spec.value(*copies, reduction="none"))
    np.testing.assert_array_equal(
        spec.value(*[np.asfortranarray(a) for a in arguments], reduction="none"),
        spec.value(*arguments, reduction="none"),
    )


def test_a_value_takes_less_memory_than_two_of_its_arguments(spec, rng):
    arguments = batch_of(spec, rng, rows=300_000 if not spec.on_rows else 60_000, classes=10)
    arguments = [a.astype(np.float64) if a.dtype.kind == "i" and a.size == 300_000 else a for a in arguments]
    spec.value(*[a[:100] for a in arguments])
    tracemalloc.start()
    try:
        spec.value(*arguments)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= 2 * max(a.nbytes for a in arguments)
