"""Sparsemax losses."""

import numpy as np
import pytest

import lossref
from lossref import get


def test_sparsemax_of_two_classes_is_that_of_many():
    # Of the scores (0, z) the loss of many classes is that of two.
    z = np.array([-3.0, -1.0, -0.4, 0.0, 0.7, 1.0, 5.0])
    rows, label = np.stack([np.zeros_like(z), z], axis=1), np.ones(len(z), dtype=int)
    many = lossref.multiclass_sparsemax(label, rows, reduction="none")
    np.testing.assert_allclose(lossref.sparsemax(label, z, reduction="none"), many, rtol=1e-15)
    gradient = get("multiclass_sparsemax").gradient(label, rows, reduction="sum")
    np.testing.assert_allclose(get("sparsemax").gradient(label, z, reduction="sum"), gradient[:, 1], rtol=1e-15)


def test_the_slope_of_sparsemax_is_the_projection_less_the_label():
    z = np.array([[0.9, 0.6, 0.1, -4.0]])  # projected on the simplex: (0.65, 0.35, 0, 0)
    np.testing.assert_allclose(
        get("multiclass_sparsemax").gradient([1], z), [[0.65, -0.65, 0.0, 0.0]], rtol=1e-14, atol=1e-16
    )
    assert lossref.multiclass_sparsemax([1], z) == pytest.approx(-0.6 + 0.5 * (0.81 + 0.36 - 2 * 0.0625) + 0.5)


def test_sparsemax_near_its_zero_keeps_its_digits():
    # A gap of 1 − 2d gives d².
    gap = 1.0 - 2.0**-39
    assert lossref.multiclass_sparsemax([0], [[gap, 0.0]]) == pytest.approx(2.0**-80, rel=1e-15)
    assert get("multiclass_sparsemax").gradient([0], [[gap, 0.0]])[0, 0] == pytest.approx(-(2.0**-40), rel=1e-15)


def test_where_the_parabola_of_sparsemax_ends_it_bends_no_more():
    z = np.array([-1.0, -0.999, 0.999, 1.0])
    curvature = get("sparsemax").hessian_diagonal([1] * 4, z, reduction="sum")
    np.testing.assert_array_equal(curvature, [0.0, 0.5, 0.5, 0.0])
