"""The sums that kernels share: every length and layout gives what an exact sum gives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossref import _sums

PIECE = _sums.PIECE
LENGTHS = (0, 1, 7, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5)
# classes, rows: short and long ones, with and without a rest, on both sides of the length of a piece
SHAPES = ((3, 5), (7, 2500), (10, 900), (10, 901), (PIECE, 12), (PIECE + 1, 3), (PIECE + 1, 20))


@pytest.fixture(params=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> np.dtype:
    return np.dtype(request.param)


def whole_numbers(shape: int | tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """Small enough for every partial sum to be exact, so that only a wrong sum differs."""
    return np.random.default_rng(0).integers(-9, 10, shape).astype(dtype)


@pytest.mark.parametrize("length", LENGTHS)
def test_total_and_inner_product_are_exact_on_whole_numbers(length: int, dtype: np.dtype) -> None:
    a, b = whole_numbers(length, dtype), whole_numbers(length, dtype)[::-1].copy()

    assert _sums.total(a) == math.fsum(a)
    assert _sums.inner(a, b) == math.fsum(float(x) * float(y) for x, y in zip(a, b, strict=True))


def test_a_long_float32_sum_keeps_its_digits() -> None:
    x = np.full(100_003, 0.1, dtype=np.float32)

    assert _sums.total(x) == pytest.approx(math.fsum(x), rel=1e-6)
    assert _sums.inner(x, x) == pytest.approx(math.fsum(float(v) ** 2 for v in x), rel=1e-6)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", SHAPES)
def test_rows_are_summed_over_their_classes_in_either_layout(
    shape: tuple[int, int], order: str, dtype: np.dtype
) -> None:
    rows = np.asarray(whole_numbers(shape, dtype), order=order)

    sums = _sums.row_sums(rows)

    assert sums.dtype == dtype
    np.testing.assert_array_equal(sums, [math.fsum(column) for column in rows.T])


@pytest.mark.parametrize("length", [1, PIECE, PIECE + 1])
@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
def test_one_entry_that_is_not_finite_is_seen_at_any_place(length: int, bad: float) -> None:
    for place in {0, length // 2, length - 1}:
        x = np.zeros(length)
        assert _sums.all_finite(x)
        x[place] = bad
        assert not _sums.all_finite(x)


def test_finite_entries_whose_squares_overflow_are_finite() -> None:
    with np.errstate(over="ignore"):  # as where kernels run
        assert _sums.all_finite(np.array([1e300, -1e300]))


def test_the_shared_ones_cannot_be_written_to(dtype: np.dtype) -> None:
    with pytest.raises(ValueError, match="read-only"):
        _sums._ones(dtype)[0] = 2.0
