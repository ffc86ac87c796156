from __future__ import annotations

import numpy as np
import pytest

from assessments.insights import figures
from assessments.insights.figures import Asked
from assessments.insights.vectors import ITEM, Answers, joined


def answers(scores: np.ndarray, *, weights=None, chosen=None, omitted=None) -> Answers:
    """The records of a matrix of scores; −1: not asked."""
    person, column = np.nonzero(scores != -1)
    items = np.zeros(len(person), dtype=ITEM)
    items["version"], items["score"] = column + 1, scores[person, column]
    items["weight"] = 1.0 if weights is None else np.asarray(weights)[column]
    items["seconds"], items["seen"] = 60.0, True
    if chosen is not None:
        items["chosen"] = chosen[person, column]
    if omitted is not None:
        items["omitted"] = omitted[person, column]
    return Answers(np.arange(len(scores)), person, items)


@pytest.fixture
def matrix() -> np.ndarray:
    random = np.random.default_rng(4)
    ability = random.normal(size=(300, 1))
    scores = (random.random((300, 8)) < 1 / (1 + np.exp(-ability - np.linspace(-1, 1, 8)))).astype(float)
    scores[random.random((300, 8)) < 0.2] = np.nan
    scores[random.random((300, 8)) < 0.3] = -1
    return scores


def test_a_total_is_the_weighted_mean_of_what_was_graded() -> None:
    scores = np.array([[1.0, 0.0, np.nan], [0.5, 1.0, 1.0], [np.nan, np.nan, np.nan]])
    found = figures.totals(answers(scores, weights=[1, 2, 3]))
    assert found[:2].tolist() == pytest.approx([1 / 3, 5.5 / 6])
    assert np.isnan(found[2])


def test_the_error_of_measurement_is_on_the_scale_of_the_reported_scores(matrix) -> None:
    scores = np.where(np.isnan(matrix), 0.0, np.abs(matrix))
    weights = [1, 1, 1, 1, 2, 2, 3, 3]
    test = figures.of_test(answers(scores, weights=weights))
    assert test.scores.deviation is not None
    assert test.reliability.alpha.value is not None
    # The definition: the standard deviation of the scores times the root of what is not reliable of them.
    expected = test.scores.deviation * np.sqrt(1 - test.reliability.alpha.value)
    assert test.reliability.error == pytest.approx(expected)


def flags(found: figures.Figures) -> list[str]:
    return [flag.words for flag in found.flags]


def flagged(scores: np.ndarray, about: Asked | None = None, **more) -> list[str]:
    return flags(figures.of_versions(answers(scores, **more), {1: about or Asked(5)})[1])


def columns(*shares: float, n: int = 200) -> np.ndarray:
    """Scores of n persons: of each column the first share is right, so that all agree."""
    return np.column_stack([np.arange(n) < share * n for share in shares]).astype(float)


def test_facility_out_of_range_is_flagged_by_the_whole_interval() -> None:
    assert flagged(columns(0.02, 0.5, 0.4)) == ["very hard"]
    assert flagged(columns(1.0, 0.5, 0.4))[0] == "very easy"
    assert "very hard" not in flagged(columns(0.19, 0.5, 0.4))
    assert flagged(columns(0.02, 0.5, 0.4, n=29)) == []


def test_a_question_that_the_better_get_wrong_is_flagged() -> None:
    scores = columns(0.5, 0.5, 0.4)
    scores[:, 0] = 1 - scores[:, 0]
    assert flagged(scores) == ["negative discrimination"]


def test_unused_distractors_and_a_wrong_option_of_the_best_are_flagged() -> None:
    scores = columns(0.5, 0.6, 0.4)
    options = (("key", True), ("lure", False), ("unused", False))
    chosen = np.where(scores > 0, 1, 2).astype(np.uint32)
    assert flagged(scores, Asked(5, options), chosen=chosen) == ["unused distractor"]
    miskeyed = (("lure", False), ("key", True), ("unused", False))
    assert "the best choose a wrong option" in flagged(scores, Asked(5, miskeyed), chosen=chosen)


def test_what_is_left_out_or_takes_too_long_is_flagged() -> None:
    scores = columns(0.5, 0.5, 0.4)
    assert flagged(scores, omitted=scores == 0) == ["often left out"]
    assert flagged(scores, Asked(minutes=0)) == ["takes longer than planned"]


def test_a_version_that_nobody_was_asked_has_no_figures_and_no_flags() -> None:
    found = figures.of_versions(answers(columns(0.5)), {9: Asked(5, (("a", True), ("b", False)))})[9]
    assert (found.asked, found.facility.n, found.facility.value, found.flags) == (0, 0, None, ())


def test_a_test_that_nobody_sat_has_no_reliability() -> None:
    found = figures.of_test(joined([]))
    assert (found.scores.n, found.reliability.alpha.value, found.newest) == (0, None, None)


def test_variants_have_facilities_of_their_own() -> None:
    everybody = answers(columns(0.5))
    everybody.items["variant"] = np.arange(200) % 2 + 7
    assert [(variant, found.n, found.value) for variant, found in figures.of_variants(everybody, 1)] == [
        (7, 100, 0.5),
        (8, 100, 0.5),
    ]
