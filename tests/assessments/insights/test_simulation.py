from __future__ import annotations

import numpy as np
import pytest

from assessments.insights import classical, simulation
from assessments.insights.irt import expected_facility

ITEMS = simulation.draw_items(12, seed=1)


def test_a_seed_draws_the_same_cohort_and_another_a_different_one() -> None:
    one, again, other = (simulation.draw_cohort(ITEMS, 50, seed=seed, options=[4] * 12) for seed in (1, 1, 2))
    for name in ("ability", "scores", "omitted", "chosen", "seconds"):
        assert np.array_equal(getattr(one, name), getattr(again, name))
    assert not np.array_equal(one.scores, other.scores)


def test_items_differ_in_difficulty_and_under_2pl_in_slope() -> None:
    assert set(simulation.draw_items(20, seed=3, model="rasch").discrimination) == {1.0}
    slopes = simulation.draw_items(2000, seed=3).discrimination
    assert np.median(slopes) == pytest.approx(1, abs=0.03)
    assert np.std(np.log(slopes)) == pytest.approx(0.3, abs=0.02)


def test_answers_follow_the_model_whether_or_not_parts_are_credited() -> None:
    for part_credit in (0.0, 0.7):
        scores = simulation.draw_cohort(ITEMS, 20_000, seed=4, part_credit=part_credit).scores
        expected = expected_facility(ITEMS.difficulty, ITEMS.discrimination)
        assert (scores >= 0.5).mean(0) == pytest.approx(expected, abs=0.015)
        assert np.mean((scores > 0) & (scores < 1)) == pytest.approx(part_credit, abs=0.01)


@pytest.mark.parametrize("length", [1, 5, 12])
def test_each_person_is_presented_a_form_of_the_length_asked_for(length: int) -> None:
    cohort = simulation.draw_cohort(ITEMS, 2400, seed=5, length=length)
    assert set((~np.isnan(cohort.scores)).sum(1)) == {length}
    assert np.array_equal(np.isnan(cohort.scores), np.isnan(cohort.seconds))
    assert (~np.isnan(cohort.scores)).sum(0) == pytest.approx(200 * length, rel=0.2)


@pytest.mark.parametrize("length", [0, 13])
def test_a_form_of_nothing_or_of_more_than_there_is_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"expected a form of 1 to 12 items, got {length}"):
        simulation.draw_cohort(ITEMS, 10, seed=1, length=length)


def test_omissions_are_wrong_answers_more_often_of_the_less_able() -> None:
    cohort = simulation.draw_cohort(ITEMS, 5000, seed=6, length=6, omission=0.3, options=[4] * 12)
    assert set(cohort.scores[cohort.omitted]) == {0.0}
    assert set(cohort.chosen[cohort.omitted]) == {-1}
    able = cohort.ability > 0
    shares = [cohort.omitted[group].sum() / (cohort.scores[group] == 0).sum() for group in (~able, able)]
    assert shares[0] > 1.4 * shares[1]
    assert np.mean(cohort.omitted[cohort.scores == 0]) == pytest.approx(0.35, abs=0.1)


def test_the_key_is_chosen_where_the_answer_is_right_and_only_there() -> None:
    cohort = simulation.draw_cohort(ITEMS, 2000, seed=7, options=[2, 3, 4, 5] * 2 + [0] * 4)
    choosing = cohort.chosen[:, :8]
    assert np.array_equal(choosing == 0, cohort.scores[:, :8] == 1)
    assert choosing.max(0).tolist() == [1, 2, 3, 4] * 2
    assert set(cohort.chosen[:, 8:].ravel()) == {-1}


def test_distractor_curves_of_a_cohort_rise_for_the_key_and_fall_for_the_weakest_option() -> None:
    cohort = simulation.draw_cohort(ITEMS, 5000, seed=8, options=[4] * 12)
    for item in range(12):
        rest = np.delete(cohort.scores, item, axis=1).sum(1)
        curves = classical.option_curves(cohort.chosen[:, [item]] == np.arange(4), rest)
        assert curves.options[0][0] < curves.options[0][1] < curves.options[0][2]
        assert curves.options[3][0] > curves.options[3][2]
        assert sum(option[1] for option in curves.options) == pytest.approx(1)


def test_bias_makes_an_item_harder_for_those_it_names() -> None:
    bias = np.zeros((4000, 12))
    bias[:2000, 0] = 1.0
    scores = simulation.draw_cohort(ITEMS, 4000, seed=9, bias=bias).scores
    assert scores[2000:, 0].mean() - scores[:2000, 0].mean() > 0.1
    assert scores[2000:, 1].mean() == pytest.approx(scores[:2000, 1].mean(), abs=0.05)


def test_times_are_skewed_and_the_able_are_quicker() -> None:
    cohort = simulation.draw_cohort(ITEMS, 4000, seed=10)
    times = classical.durations(cohort.seconds[:, 0])
    assert times.upper - times.median > times.median - times.lower > 0
    assert np.corrcoef(np.log(cohort.seconds).mean(1), cohort.ability)[0, 1] < -0.2
