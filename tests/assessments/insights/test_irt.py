from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from assessments.insights import irt, simulation
from assessments.insights.irt_likelihood import STEEPEST

# Section 6 of the Law School Admission Test: 1000 persons, five items (Bock & Lieberman 1970), by pattern of answers.
PATTERNS = {
    "00000": 3, "00001": 6, "00010": 2, "00011": 11, "00100": 1, "00101": 1, "00110": 3, "00111": 4, "01000": 1,
    "01001": 8, "01011": 16, "01101": 3, "01110": 2, "01111": 15, "10000": 10, "10001": 29, "10010": 14, "10011": 81,
    "10100": 3, "10101": 28, "10110": 15, "10111": 80, "11000": 16, "11001": 56, "11010": 21, "11011": 173,
    "11100": 11, "11101": 61, "11110": 28, "11111": 298,
}  # fmt: skip
LSAT = np.repeat([[float(mark) for mark in pattern] for pattern in PATTERNS], list(PATTERNS.values()), axis=0)


def column(calibration: irt.Calibration, name: str) -> np.ndarray:
    return np.array([getattr(item, name) for item in calibration.items], float)


def marginal_log_likelihood(scores: np.ndarray, slopes: np.ndarray, intercepts: np.ndarray) -> float:
    """The definition, by Gauss and Hermite's nodes: another quadrature, and products in place of sums of logs."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(101)
    right = 1 / (1 + np.exp(-(np.outer(nodes, slopes) + intercepts)))
    answers = scores[:, None]
    likelihood = np.where(np.isnan(answers), 1.0, np.where(answers == 1, right, 1 - right)).prod(2)
    return float(np.log(likelihood @ weights / weights.sum()).sum())


def test_2pl_of_the_law_school_test_is_what_ltm_publishes() -> None:
    """Rizopoulos (2006), J. Stat. Softw. 17(5): parameters, errors and likelihood, to the accuracy of its optimiser."""
    found = irt.calibrate(LSAT, model="2pl")
    assert found.converged
    assert found.log_likelihood == pytest.approx(-2466.653, abs=1e-3)
    assert column(found, "difficulty") == pytest.approx([-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], abs=3e-3)
    assert column(found, "discrimination") == pytest.approx([0.8254, 0.7229, 0.8905, 0.6886, 0.6575], abs=1e-3)
    assert column(found, "difficulty_error") == pytest.approx([0.8669, 0.3073, 0.0997, 0.4341, 0.8700], abs=2e-3)
    assert column(found, "discrimination_error") == pytest.approx([0.2581, 0.1867, 0.2326, 0.1852, 0.2100], abs=5e-4)


def test_rasch_of_the_law_school_test_is_what_ltm_publishes() -> None:
    """The same source's common slope .7551 (.0694) stands on the other scale: a spread of ability, and b times it."""
    found = irt.calibrate(LSAT, model="rasch")
    assert found.log_likelihood == pytest.approx(-2466.938, abs=1e-3)
    assert (found.spread, found.spread_error) == (pytest.approx(0.7551, abs=1e-4), pytest.approx(0.0694, abs=1e-4))
    published = 0.7551 * np.array([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802])
    assert column(found, "difficulty") == pytest.approx(published, abs=1e-3)
    assert set(column(found, "discrimination")) == {1.0}


def test_the_likelihood_is_its_definition_and_at_its_highest() -> None:
    items = simulation.draw_items(6, seed=4)
    scores = simulation.draw_cohort(items, 200, seed=5, length=5).scores
    found = irt.calibrate(scores)
    slopes = column(found, "discrimination")
    intercepts = -slopes * column(found, "difficulty")
    top = marginal_log_likelihood(scores, slopes, intercepts)
    assert found.log_likelihood == pytest.approx(top, abs=1e-6)
    for place, step in itertools.product(range(6), (-0.02, 0.02)):
        nudge = step * (np.arange(6) == place)
        assert marginal_log_likelihood(scores, slopes + nudge, intercepts) < top
        assert marginal_log_likelihood(scores, slopes, intercepts + nudge) < top


def test_standard_errors_come_from_the_curvature_of_the_likelihood() -> None:
    scores = simulation.draw_cohort(simulation.draw_items(4, seed=4), 150, seed=6).scores
    found = irt.calibrate(scores)
    slopes = column(found, "discrimination")
    top = np.concatenate([slopes, -slopes * column(found, "difficulty")])
    steps = 1e-3 * np.eye(8)

    def mixed(one: np.ndarray, other: np.ndarray) -> float:
        """Four times the second difference along two steps."""
        corners = [(top + a * one + b * other, a * b) for a in (-1, 1) for b in (-1, 1)]
        return sum(sign * marginal_log_likelihood(scores, at[:4], at[4:]) for at, sign in corners)

    curvature = np.array([[mixed(one, other) for other in steps] for one in steps]) / (4 * 1e-3**2)
    errors = np.sqrt(np.diag(np.linalg.inv(-curvature)))
    assert column(found, "discrimination_error") == pytest.approx(errors[:4], rel=1e-3)


def test_a_cohort_of_2000_gives_back_the_2pl_it_was_drawn_from() -> None:
    items = simulation.draw_items(40, seed=11)
    cohort = simulation.draw_cohort(items, 2000, seed=12)
    found = irt.calibrate(cohort.scores)
    assert found.converged
    assert np.corrcoef(items.difficulty, column(found, "difficulty"))[0, 1] >= 0.97
    assert np.corrcoef(items.discrimination, column(found, "discrimination"))[0, 1] >= 0.9
    assert np.mean(column(found, "discrimination") - items.discrimination) == pytest.approx(0, abs=0.05)
    assert np.corrcoef(cohort.ability, found.ability)[0, 1] ** 2 == pytest.approx(found.reliability, abs=0.02)


def test_a_cohort_gives_back_the_rasch_model_and_the_spread_of_its_ability() -> None:
    items = simulation.draw_items(30, seed=21, model="rasch")
    ability = np.random.default_rng(22).normal(0, 1.5, 2000)
    found = irt.calibrate(simulation.draw_cohort(items, 2000, seed=23, ability=ability).scores, model="rasch")
    assert abs(found.spread - 1.5) < 3 * found.spread_error
    assert np.abs((column(found, "difficulty") - items.difficulty) / column(found, "difficulty_error")).max() < 4


@pytest.mark.parametrize("length", [None, 8])
def test_intervals_of_parameters_and_of_ability_hold_the_truth_95_times_in_100(length: int | None) -> None:
    held: dict[str, list[bool]] = {"difficulty": [], "discrimination": [], "ability": []}
    for seed in range(25):
        items = simulation.draw_items(12, seed=seed)
        cohort = simulation.draw_cohort(items, 500, seed=1000 + seed, length=length)
        found = irt.calibrate(cohort.scores)
        for name in ("difficulty", "discrimination"):
            miss = column(found, name) - getattr(items, name)
            held[name] += list(np.abs(miss) < 1.96 * column(found, f"{name}_error"))
        held["ability"] += list(np.abs(found.ability - cohort.ability) < 1.96 * found.ability_error)
    shares = {name: np.mean(hits) for name, hits in held.items()}
    assert {name for name, share in shares.items() if not 0.92 <= share <= 0.98} == set(), shares


def test_answers_missing_by_design_and_an_omission_differ() -> None:
    items = simulation.draw_items(20, seed=1)
    cohort = simulation.draw_cohort(items, 2000, seed=2, length=10, omission=0.5)
    found = column(irt.calibrate(cohort.scores), "difficulty")
    assert np.mean(found - items.difficulty) == pytest.approx(0, abs=0.1)
    as_missing = np.where(cohort.omitted, np.nan, cohort.scores)
    assert np.mean(column(irt.calibrate(as_missing), "difficulty") - items.difficulty) < -0.3


def test_a_part_score_is_right_from_the_cut_on() -> None:
    items = simulation.draw_items(10, seed=1)
    parts = simulation.draw_cohort(items, 500, seed=2, part_credit=0.6)
    whole = simulation.draw_cohort(items, 500, seed=2)
    assert not np.isin(parts.scores, (0.0, 1.0)).all()
    assert irt.calibrate(parts.scores).items == irt.calibrate(whole.scores).items
    stricter = irt.calibrate(parts.scores, cut=0.9)
    assert (column(stricter, "facility") < column(irt.calibrate(whole.scores), "facility")).all()


def test_the_order_of_persons_and_items_and_an_empty_row_change_nothing() -> None:
    scores = simulation.draw_cohort(simulation.draw_items(10, seed=1), 400, seed=2, length=8).scores
    random = np.random.default_rng(3)
    persons, items = random.permutation(400), random.permutation(10)
    plain = irt.calibrate(scores)
    mixed = irt.calibrate(np.vstack([np.full(10, np.nan), scores[persons][:, items]]))
    for name in ("difficulty", "difficulty_error", "discrimination", "discrimination_error"):
        assert column(mixed, name) == pytest.approx(column(plain, name)[items], abs=1e-5)
    assert mixed.n == plain.n == 400
    assert np.isnan(mixed.ability[0])
    assert mixed.ability[1:] == pytest.approx(plain.ability[persons], abs=1e-5)


def test_a_large_cohort_is_read_in_blocks_that_do_not_show() -> None:
    scores = simulation.draw_cohort(simulation.draw_items(5, seed=1), 3000, seed=2).scores
    once, thrice = irt.calibrate(scores), irt.calibrate(np.vstack([scores] * 3))
    assert column(thrice, "difficulty") == pytest.approx(column(once, "difficulty"), abs=1e-5)
    errors = column(once, "difficulty_error") / math.sqrt(3)
    assert column(thrice, "difficulty_error") == pytest.approx(errors, rel=1e-4)


def test_a_normal_prior_on_slopes_draws_them_together_in_a_small_sample() -> None:
    scores = simulation.draw_cohort(simulation.draw_items(15, seed=1), 60, seed=2).scores
    free, held = irt.calibrate(scores), irt.calibrate(scores, slope_deviation=0.3)
    assert column(held, "discrimination").std() < column(free, "discrimination").std() / 2
    assert column(held, "discrimination_error").max() < 0.3 < column(free, "discrimination_error").max()


def test_a_model_or_prior_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected a model of \('rasch', '2pl'\), got '3pl'"):
        irt.calibrate(LSAT, model="3pl")
    with pytest.raises(ValueError, match=r"expected a positive slope_deviation with the 2PL only, got 0\.5 with rasch"):
        irt.calibrate(LSAT, model="rasch", slope_deviation=0.5)
    with pytest.raises(ValueError, match="got 0 with 2pl"):
        irt.calibrate(LSAT, slope_deviation=0)
    with pytest.raises(ValueError, match=r"with values from 0\.0 to 2\.0"):
        irt.calibrate(LSAT * 2)


def test_expected_facility_and_information_agree_with_a_cohort_and_with_the_curve() -> None:
    items = simulation.draw_items(8, seed=1)
    cohort = simulation.draw_cohort(items, 100_000, seed=2)
    assert irt.expected_facility(items.difficulty, items.discrimination) == pytest.approx(
        cohort.scores.mean(0), abs=0.006
    )
    at, h = np.array([-1.0, 0.0, 2.0]), 1e-5
    low, middle, high = (irt.probability(at + step, items.difficulty, items.discrimination) for step in (-h, 0, h))
    slope = (high - low) / (2 * h)
    information = irt.information(at, items.difficulty, items.discrimination)
    assert information == pytest.approx(slope**2 / (middle * (1 - middle)), rel=1e-6)


def test_facility_is_the_populations_whoever_was_presented_the_item() -> None:
    """One item goes to the able half only: it looks easier than it is, until ability is reckoned with."""
    items = simulation.Items(np.zeros(20), np.full(20, 1.5))
    ability = np.random.default_rng(1).normal(size=6000)
    presented = np.ones((6000, 20), bool)
    presented[:, 0] = ability > 0
    scores = simulation.draw_cohort(items, 6000, seed=2, ability=ability, presented=presented).scores
    assert np.nanmean(scores[:, 0]) > 0.65
    assert irt.calibrate(scores, model="rasch").items[0].facility == pytest.approx(0.5, abs=0.03)


class TestFit:
    @pytest.mark.parametrize("model", ["rasch", "2pl"])
    def test_of_items_that_follow_the_model_one_in_twenty_is_significant_at_5_percent(self, model: str) -> None:
        fits = [
            item.fit
            for seed in range(25)
            for item in irt.calibrate(
                simulation.draw_cohort(simulation.draw_items(12, seed=seed, model=model), 500, seed=seed).scores,
                model=model,
            ).items
        ]
        values = np.array([fit.p_value for fit in fits if fit.p_value is not None])
        assert len(values) > 290
        assert 0.02 <= np.mean(values < 0.05) <= 0.09
        assert 0.44 <= values.mean() <= 0.56
        assert np.mean([fit.outfit for fit in fits]) == pytest.approx(1, abs=0.01)

    def test_guessing_shows_in_the_chi_square(self) -> None:
        items = simulation.draw_items(20, seed=3)
        items.difficulty[0] = 1.5
        items.discrimination[0] = 2.0
        scores = simulation.draw_cohort(items, 3000, seed=4).scores
        guessed = np.random.default_rng(5).random(3000) < 0.3
        scores[guessed, 0] = 1.0
        assert irt.calibrate(scores).items[0].fit.p_value < 0.01

    def test_noise_lifts_the_mean_squares_of_rasch_and_a_steep_item_lowers_them(self) -> None:
        items = simulation.draw_items(20, seed=3, model="rasch")
        items.discrimination[:2] = 0.2, 3.0
        scores = simulation.draw_cohort(items, 3000, seed=4).scores
        fits = [item.fit for item in irt.calibrate(scores, model="rasch").items]
        assert fits[0].infit > 1.05
        assert fits[0].outfit > 1.1
        assert fits[1].infit < 0.95
        assert fits[1].outfit < 0.9
        assert {place for place, fit in enumerate(fits) if fit.p_value < 1e-4} == {0, 1}

    @pytest.mark.parametrize("model", ["rasch", "2pl"])
    def test_too_few_wrong_answers_leave_no_degrees_of_freedom(self, model: irt.Model) -> None:
        items = simulation.draw_items(10, seed=3)
        items.difficulty[0] = -4.0
        fit = irt.calibrate(simulation.draw_cohort(items, 300, seed=4).scores, model=model).items[0].fit
        assert (fit.chi_square, fit.degrees, fit.p_value) == (None, 0, None)


class TestWhatCannotBeCalibrated:
    def scores(self, persons: int = 400) -> np.ndarray:
        return simulation.draw_cohort(simulation.draw_items(10, seed=1), persons, seed=2).scores

    def test_is_named_and_leaves_the_rest_as_it_was(self) -> None:
        scores = self.scores()
        wider = np.column_stack([scores, np.ones(400), np.zeros(400), np.full(400, np.nan), scores[:, 0]])
        wider[29:, 13] = np.nan
        found = irt.calibrate(wider)
        assert [item.problem for item in found.items[10:]] == ["all_right", "all_wrong", "too_few", "too_few"]
        assert [item.n for item in found.items[10:]] == [400, 400, 0, 29]
        assert found.items[:10] == irt.calibrate(scores).items

    @pytest.mark.parametrize("model", ["rasch", "2pl"])
    @pytest.mark.parametrize(
        "scores",
        [np.full((50, 5), np.nan), np.ones((1, 5)), np.ones((50, 3)), np.zeros((0, 5)), np.zeros((50, 0)),
         np.resize([0.0, 1.0], (50, 1))],
        ids=["all missing", "one person", "all right", "nobody", "nothing", "one item"],
    )  # fmt: skip
    def test_leaves_a_calibration_without_estimates(self, scores: np.ndarray, model: irt.Model) -> None:
        found = irt.calibrate(scores, model=model)
        assert [item.difficulty for item in found.items] == [None] * scores.shape[1]
        assert None not in [item.problem for item in found.items]
        assert (found.n, found.converged, found.log_likelihood, found.spread) == (0, False, None, None)
        assert np.isnan(found.ability).all()
        assert len(found.ability) == len(scores)

    def test_an_item_needs_company_one_under_rasch_and_two_for_a_slope(self) -> None:
        pair, three = self.scores()[:, :2], self.scores()[:, :3]
        assert [item.problem for item in irt.calibrate(three).items] == [None] * 3
        assert [item.problem for item in irt.calibrate(pair).items] == ["alone", "alone"]
        assert [item.problem for item in irt.calibrate(pair, model="rasch").items] == [None, None]

    def test_an_item_that_stands_twice_is_too_steep(self) -> None:
        scores = self.scores()
        found = irt.calibrate(np.column_stack([scores, scores[:, 3]]))
        assert [place for place, item in enumerate(found.items) if item.problem == "too_steep"] == [3, 10]
        assert found.items[3].discrimination == STEEPEST
        assert found.items[3].difficulty_error is None
        assert found.items[0].difficulty_error > 0

    @pytest.mark.parametrize("model", ["rasch", "2pl"])
    def test_perfect_separation_is_too_steep_and_orders_the_items(self, model: irt.Model) -> None:
        guttman = (np.arange(200)[:, None] > np.arange(20, 200, 30)).astype(float)
        found = irt.calibrate(guttman, model=model)
        assert {item.problem for item in found.items} == {"too_steep"}
        assert (np.diff(column(found, "difficulty")) > 0).all()
        assert found.spread_error is None

    def test_an_item_that_the_able_fail_has_a_negative_slope(self) -> None:
        scores = self.scores()
        scores[:, 9] = 1 - scores[:, 9]
        found = irt.calibrate(scores)
        assert found.items[9].discrimination < -2 * found.items[9].discrimination_error
        assert column(found, "discrimination")[:9].min() > 0

    def test_a_likelihood_that_is_nearly_flat_is_climbed_in_a_few_steps(self) -> None:
        for seed in range(25):
            items = simulation.draw_items(6, seed=seed)
            items.discrimination[:] *= 0.3
            found = irt.calibrate(simulation.draw_cohort(items, 200, seed=seed).scores)
            assert found.converged
            assert found.iterations <= 30

    def test_answers_of_chance_have_no_spread_of_ability(self) -> None:
        scores = np.random.default_rng(7).integers(0, 2, (1000, 8)).astype(float)
        found = irt.calibrate(scores, model="rasch")
        assert found.converged
        assert found.spread < 0.3
        assert found.reliability < 0.2
