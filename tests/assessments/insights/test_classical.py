from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from assessments.insights import classical, simulation
from assessments.insights.classical import Estimate

# Five persons' answers to three items, each pattern ten times. By hand: facilities .8 .6 .4, Σpq = .64, totals
# 3 2 1 0 3 with variance 1.36, so KR-20 = 3/2·(1 − .64/1.36) = .7941.
GUTTMAN_LIKE = np.repeat([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0], [1, 1, 1]], 10, axis=0).astype(float)


def scores_of(persons: int, items: int, seed: int = 1, **kwargs: object) -> np.ndarray:
    drawn = simulation.draw_items(items, seed=seed)
    return simulation.draw_cohort(drawn, persons, seed=seed + 100, **kwargs).scores


def rest_of(scores: np.ndarray) -> np.ndarray:
    """Give the rest scores of a matrix as one."""
    rest = np.full(scores.shape, np.nan)
    persons, items = np.nonzero(~np.isnan(scores))
    rest[persons, items] = classical.rest_scores(scores[persons, items], persons, items)
    return rest


def discriminations(scores: np.ndarray) -> list[Estimate]:
    return [classical.discrimination(*columns) for columns in zip(scores.T, rest_of(scores).T, strict=True)]


@pytest.mark.parametrize(("right", "n", "low", "high"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)])
def test_facility_has_the_score_intervals_of_newcombe_1998(right: int, n: int, low: float, high: float) -> None:
    found = classical.facility(np.array([1.0] * right + [0.0] * (n - right)))
    assert (found.n, found.value) == (n, pytest.approx(right / n))
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_facility_of_all_right_or_all_wrong_has_an_interval_of_width_z2_over_n_plus_z2(value: float) -> None:
    found = classical.facility(np.full(100, value))
    z2 = 1.959964**2
    assert found.low <= found.value == value <= found.high
    assert found.high - found.low == pytest.approx(z2 / (100 + z2), abs=1e-6)


def test_facility_of_part_scores_is_held_by_its_interval_95_times_in_100() -> None:
    random = np.random.default_rng(0)
    parts = np.array([0.0, 0.6, 0.8, 1.0])
    shares = np.array([0.3, 0.2, 0.1, 0.4])
    found = [classical.facility(random.choice(parts, 80, p=shares)) for _ in range(1000)]
    held = np.mean([one.low <= parts @ shares <= one.high for one in found])
    assert 0.93 <= held <= 0.97
    whole = classical.facility((random.random(80) < parts @ shares).astype(float))
    assert found[0].high - found[0].low < whole.high - whole.low


def test_equal_part_scores_leave_an_interval_around_them() -> None:
    found = classical.facility(np.full(50, 0.5))
    assert 0 < found.low < found.value == 0.5 < found.high < 1


def test_twenty_nine_answers_are_too_few_and_thirty_are_not() -> None:
    answers = np.array([1.0, 0.0] * 15)
    rest = np.linspace(0, 1, 30)
    assert classical.facility(answers[1:]) == Estimate(29)
    assert classical.discrimination(answers[1:], rest[1:]) == Estimate(29)
    assert classical.d_index(answers[1:], rest[1:]) is None
    assert classical.durations(rest[1:]) == classical.Durations(29)
    assert classical.distribution(rest[1:], 1) == classical.Distribution(29, (29,))
    assert classical.facility(answers).value == 0.5
    assert classical.discrimination(answers, rest).value is not None
    assert classical.d_index(answers, rest) is not None
    assert classical.durations(rest).median == 0.5
    assert classical.distribution(rest).mean == pytest.approx(0.5)
    assert classical.reliability(GUTTMAN_LIKE[:29]).alpha == Estimate(29)
    assert classical.reliability(GUTTMAN_LIKE[:30]).alpha.value > 0


def test_missing_answers_count_neither_as_right_nor_as_wrong() -> None:
    answers = np.array([1.0] * 20 + [0.0] * 20 + [np.nan] * 60)
    assert classical.facility(answers).n == 40
    assert classical.facility(answers).value == 0.5


def test_discrimination_is_the_correlation_with_the_score_on_the_other_items() -> None:
    scores = scores_of(200, 8)
    for place, found in enumerate(discriminations(scores)):
        others = np.delete(scores, place, axis=1).sum(1)
        assert found.value == pytest.approx(np.corrcoef(scores[:, place], others)[0, 1], abs=1e-9)


def test_discrimination_has_fishers_interval() -> None:
    # r = .5 with n = 103: z = .5493, its error .1, so tanh(.3533) = .3393 to tanh(.7453) = .6323.
    x = np.concatenate([np.full(51, -1.0), [0.0], np.full(51, 1.0)])
    noise = np.concatenate([np.resize([1.0, -1.0], 50), [0.0, 0.0, 0.0], np.resize([1.0, -1.0], 50)])
    y = x / np.sqrt(x @ x) + math.sqrt(3) * noise / np.sqrt(noise @ noise)
    found = classical.discrimination(x, y)
    assert (found.n, found.value) == (103, pytest.approx(0.5, abs=1e-9))
    assert (found.low, found.high) == (pytest.approx(0.3393, abs=1e-4), pytest.approx(0.6323, abs=1e-4))


def test_where_nobody_differs_there_is_no_discrimination_but_an_n() -> None:
    scores = scores_of(100, 5)
    scores[:, 0] = 1.0
    assert discriminations(scores)[0] == Estimate(100)


def test_an_easy_form_brings_no_advantage_to_the_rest_score() -> None:
    """Half had two items that all get right, the others two that all get wrong: within a form nothing else differs."""
    scores = np.full((100, 5), np.nan)
    scores[:, 0] = np.tile([1.0, 0.0], 50)
    scores[:50, 1:3], scores[50:, 3:5] = 1.0, 0.0
    assert set(rest_of(scores)[:, 0]) == {0.0}


def test_random_forms_give_the_discrimination_of_the_whole_test() -> None:
    whole = [item.value for item in discriminations(scores_of(4000, 30))]
    forms = [item.value for item in discriminations(scores_of(4000, 30, length=20))]
    # A rest score of 19 items is a little less reliable than one of 29.
    assert 0 < np.mean(np.subtract(whole, forms)) < 0.04


def test_the_d_index_compares_the_outer_27_of_100() -> None:
    rest = np.arange(100.0)
    answers = (rest >= 80).astype(float)
    assert classical.d_index(answers, rest) == pytest.approx(20 / 27)


def test_kr20_and_its_error_are_those_worked_by_hand() -> None:
    found = classical.reliability(GUTTMAN_LIKE)
    assert found.alpha.value == pytest.approx(1.5 * (1 - 0.64 / 1.36))
    assert found.error == pytest.approx(math.sqrt(1.36 * 50 / 49 * (0.64 / 1.36 * 1.5 - 0.5)) / 3)
    assert (found.alpha.n, found.length, found.dichotomous, found.complete) == (50, 3.0, True, True)


def test_alpha_of_part_scores_is_cronbachs() -> None:
    scores = scores_of(300, 10, part_credit=0.5)
    covariance = np.cov(scores.T)
    found = classical.reliability(scores)
    assert found.alpha.value == pytest.approx(10 / 9 * (1 - np.trace(covariance) / covariance.sum()))
    assert found.error == pytest.approx(math.sqrt(covariance.sum() * (1 - found.alpha.value)) / 10)
    assert not found.dichotomous


def test_alpha_of_random_forms_is_that_of_a_test_of_their_length() -> None:
    """Spearman and Brown: half the length has the reliability r/(2 − r)."""
    whole = classical.reliability(scores_of(5000, 40)).alpha.value
    found = classical.reliability(scores_of(5000, 40, length=20))
    assert (found.length, found.complete) == (20.0, False)
    assert found.alpha.value == pytest.approx(whole / (2 - whole), abs=0.015)


def test_the_error_of_measurement_is_the_spread_of_a_persons_score_over_sittings() -> None:
    items = simulation.draw_items(30, seed=5, model="rasch")
    ability = np.random.default_rng(0).normal(size=4000)
    first, second = (simulation.draw_cohort(items, 4000, seed=seed, ability=ability).scores for seed in (1, 2))
    spread = np.std(first.mean(1) - second.mean(1)) / math.sqrt(2)
    assert classical.reliability(first).error == pytest.approx(spread, rel=0.05)


def test_bonetts_interval_holds_alpha_95_times_in_100() -> None:
    truth = classical.reliability(scores_of(100_000, 10)).alpha.value
    drawn = simulation.draw_items(10, seed=1)
    found = [classical.reliability(simulation.draw_cohort(drawn, 150, seed=seed).scores).alpha for seed in range(400)]
    assert 0.92 <= np.mean([one.low <= truth <= one.high for one in found]) <= 0.98


def test_items_that_measure_opposite_things_have_a_negative_alpha() -> None:
    column = np.tile([0.0, 1.0, 1.0], 20)
    random = np.random.default_rng(1).integers(0, 2, 60)
    assert classical.reliability(np.column_stack([column, 1 - column, random])).alpha.value < 0


def test_score_groups_keep_ties_together_and_leave_out_persons_without_a_score() -> None:
    totals = np.array([0.1, 0.2, 0.2, 0.2, 0.9, np.nan, 0.5, 0.6, 0.7, 0.8])
    assert classical.score_groups(totals).tolist() == [0, 0, 0, 0, 2, -1, 1, 1, 2, 2]


def test_option_curves_count_each_group_and_what_was_left_out() -> None:
    totals = np.repeat([0.0, 0.5, 1.0], 20)
    chosen = np.array([1] * 12 + [2] * 8 + [0] * 10 + [1] * 5 + [-1] * 5 + [0] * 20)
    curves = classical.option_curves(chosen[:, None] == np.arange(3), totals)
    assert curves.sizes == (20, 20, 20)
    assert curves.options == ((0.0, 0.5, 1.0), (0.6, 0.25, 0.0), (0.4, 0.0, 0.0))
    assert curves.unanswered == (0.0, 0.25, 0.0)


def test_option_curves_of_one_tie_have_empty_groups_without_shares() -> None:
    curves = classical.option_curves(np.ones((40, 1), bool), np.full(40, 0.5))
    assert curves.sizes == (0, 40, 0)
    assert curves.options == ((None, 1.0, None),)


def test_option_curves_of_too_few_have_sizes_only() -> None:
    curves = classical.option_curves(np.ones((29, 1), bool), np.linspace(0, 1, 29))
    assert sum(curves.sizes) == 29
    assert curves.options == ((None, None, None),)


def test_a_distribution_counts_every_score_once_both_ends_included() -> None:
    totals = np.array([0.0] * 10 + [0.5] * 20 + [1.0] * 10 + [np.nan])
    found = classical.distribution(totals, 4)
    assert found == classical.Distribution(
        40, (10, 0, 20, 10), 0.5, pytest.approx(math.sqrt(20 * 0.25 / 39)), (0.375, 0.5, 0.625)
    )


def test_times_have_median_and_quartiles() -> None:
    assert classical.durations(np.append(np.arange(101.0), np.nan)) == classical.Durations(101, 25.0, 50.0, 75.0)


@pytest.mark.parametrize("shape", [(0, 5), (50, 0), (1, 5), (50, 1)])
def test_a_matrix_too_small_has_no_reliability(shape: tuple[int, int]) -> None:
    found = classical.reliability(np.ones(shape))
    assert (found.alpha.value, found.error) == (None, None)


def test_alpha_of_answers_that_are_missing_pools_what_each_pair_of_items_shares() -> None:
    """The abler had other items than the rest, so that an item's mean is another in each pair: worked pair by pair."""
    scores = scores_of(300, 6)
    low = scores.mean(1) < 0.5
    scores[low, 0], scores[~low, 1], scores[::3, 2] = np.nan, np.nan, np.nan
    variances, covariances = [], []
    for one, other in itertools.product(range(6), repeat=2):
        both = ~np.isnan(scores[:, one] + scores[:, other])
        if both.sum() > 1:
            shared = np.cov(scores[both, one], scores[both, other])[0, 1]
            (variances if one == other else covariances).append((shared, both.sum() - 1))
    variance, covariance = (
        np.average(shared, weights=weights) for shared, weights in map(np.transpose, (variances, covariances))
    )
    found = classical.reliability(scores)
    assert found.length == pytest.approx((~np.isnan(scores)).sum(1).mean())
    total = variance + (found.length - 1) * covariance
    assert found.alpha.value == pytest.approx(found.length * covariance / total)
    assert found.error == pytest.approx(math.sqrt((variance - covariance) / found.length))


def test_rows_and_items_without_any_answer_change_nothing_else() -> None:
    scores = scores_of(100, 6, length=4)
    wider = np.full((103, 7), np.nan)
    wider[:100, :6] = scores
    assert discriminations(wider) == [*discriminations(scores), Estimate(0)]
    assert classical.reliability(wider).alpha.value == pytest.approx(classical.reliability(scores).alpha.value)
    assert classical.reliability(wider).alpha.n == 100


def test_the_order_of_records_does_not_matter_and_one_without_a_score_has_no_rest() -> None:
    scores = scores_of(60, 6, length=4)
    persons, items = np.nonzero(~np.isnan(scores))
    order = np.random.default_rng(2).permutation(len(persons))
    persons, items = persons[order], items[order]
    ungraded = np.append(scores[persons, items], np.nan)
    found = classical.rest_scores(ungraded, np.append(persons, 3), np.append(items * 7, 42))
    assert np.array_equal(found[:-1], rest_of(scores)[persons, items])
    assert np.isnan(found[-1])


@pytest.mark.parametrize("wrong", [np.full((3, 2), 1.5), np.full((3, 2), -0.1), np.full((3, 2), np.inf), np.ones(5)])
def test_what_is_no_matrix_of_scores_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"expected persons × items of scores in \[0, 1\].* got the shape"):
        classical.reliability(wrong)
