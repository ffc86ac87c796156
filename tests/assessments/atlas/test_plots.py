"""Plots are drawn from the core's own numbers, broken where these jump or end."""

from __future__ import annotations

import numpy as np
import pytest

import lossref
from assessments.atlas import formulas, mistakes, plots, slices, words
from assessments.plots import PLANE_WIDTH, Figure, Line

PLOTTED = [name for name in lossref.names() if lossref.get(name).gives != "metric"]


def figure(name: str, key: str) -> Figure:
    _, figures = plots.figures(lossref.get(name))
    return next(f for f in figures if f.key == key)


def row(figure: Figure, at: str) -> tuple[str, ...]:
    return next(cells[1:] for cells in figure.rows if cells[0] == at)


def pieces(line: Line) -> list[str]:
    return line.path.split("M")[1:]


@pytest.mark.parametrize("name", PLOTTED)
def test_every_figure_has_curves_ticks_numbers_and_a_description(name):
    _, figures = plots.figures(lossref.get(name))
    assert figures
    for figure in figures:
        assert all(line.path for line in figure.lines)
        assert 3 <= len(figure.x_ticks) <= 9
        assert 2 <= len(figure.y_ticks) <= 9
        assert len(figure.rows) >= 9
        assert {len(cells) for cells in figure.rows} == {1 + len(figure.lines)}
        assert figure.description.endswith(".")
        labels = [line.label for line in figure.lines]
        assert len(set(labels)) == len(labels)


def test_derivative_of_the_absolute_error_jumps_and_a_stem_spans_the_subdifferential():
    derivative = figure("mean_absolute_error", "gradient")
    assert row(derivative, "−1") == ("−1",)
    assert row(derivative, "0") == ("[−1, 1]",)
    (line,) = derivative.lines
    assert len(pieces(line)) == 2
    ((x, low, high),) = line.stems
    assert x == f"{PLANE_WIDTH / 2:.1f}"
    assert {line.path.split("L")[0].split()[-1], line.path.split()[-1]} == {low, high}


def test_value_of_the_absolute_error_is_one_piece_of_three_corners():
    (line,) = figure("mean_absolute_error", "value").lines
    assert len(pieces(line)) == 1
    assert line.path.count("L") == 2


def test_second_derivative_of_huber_is_broken_where_it_leaps():
    assert [len(pieces(line)) for line in figure("huber", "curvature").lines] == [3, 3, 3]


def test_infinite_values_are_told_in_the_table_and_left_out_of_the_curve():
    value = figure("binary_cross_entropy", "value")
    assert value.lines[0].label == "label_smoothing = 0, y_true = 1"
    assert row(value, "0")[0] == "+∞"
    assert row(value, "1")[0] == "0"
    assert "inf" not in "".join(line.path for line in value.lines)


def test_hyper_parameter_and_labels_make_a_family_of_curves():
    assert [line.label for line in figure("huber", "value").lines] == ["delta = 0.5", "delta = 1", "delta = 2"]
    assert [line.label for line in figure("hinge", "value").lines] == ["y_true = 1", "y_true = −1"]


def test_curves_of_one_family_differ_in_more_than_colour():
    styles = [line.style for line in figure("huber", "value").lines]
    assert len({style.split()[1] for style in styles}) == 3


@pytest.mark.parametrize("name", ["mean_absolute_error", "quantile", "hinge", "relu", "l1_penalty"])
def test_grid_holds_the_kinks(name):
    line = slices.of(lossref.get(name))
    assert any((curve.low != curve.high).any() for curve in line.curves)


def test_values_are_the_cores():
    line = slices.of(lossref.get("huber"))
    expected = lossref.huber(np.zeros(line.points.size), line.points, 2.0, reduction="none")
    np.testing.assert_array_equal(line.curves[2].value, expected)


def test_steps_run_down_the_bowl():
    steps = figure("gradient_descent", "value")
    assert row(steps, "0") == ("2", "2", "2")
    assert row(steps, "5")[1] == words.number(2.0 * 0.8**5)


def test_mistakes_carry_what_they_give_on_an_example():
    value, gradient = mistakes.of(lossref.get("mean_squared_error"))
    slip = next(slip for slip in value.slips if slip.code == "R1")
    assert slip.signature is not None
    assert float(slip.signature.gives) == pytest.approx(3 * float(slip.signature.right), rel=1e-3)
    assert {slip.code for slip in gradient.slips} >= {"G1", "G2", "S1"}


def test_derivative_uses_that_labels_of_a_row_sum_to_1():
    latex = {f.wrt: f.latex for f in formulas.gradients(lossref.get("categorical_cross_entropy_with_logits"))}
    assert latex["z"] == r"- y_{0} + \frac{e^{z_{0}}}{e^{z_{0}} + e^{z_{1}} + e^{z_{2}}}"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "0"), (-2.5, "−2.5"), (1e-7, "1·10⁻⁷"), (float("-inf"), "−∞"), (float("nan"), "NaN")],
)
def test_numbers_are_written_short(value, text):
    assert words.number(value) == text


def test_intervals_are_open_where_they_have_no_end():
    assert words.interval(0.0, float("inf")) == "[0, +∞)"
    assert words.interval(-1.0, 1.0) == "[−1, 1]"
