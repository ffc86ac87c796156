from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest

from assessments.insights import dif, simulation
from assessments.insights.dif import mantel_haenszel

# Agresti (2002), Categorical Data Analysis, table 6.9: a cream and a control in eight centres, success and failure.
CENTRES = [
    (11, 25, 10, 27), (16, 4, 22, 10), (14, 5, 7, 12), (2, 14, 1, 16),
    (6, 11, 0, 12), (1, 10, 0, 10), (1, 4, 1, 8), (4, 2, 6, 1),
]  # fmt: skip


def tables_of(centres: list[tuple[int, int, int, int]]) -> dif._Tables:
    cells = [
        (stratum, is_focal, right)
        for stratum, centre in enumerate(centres)
        for count, (is_focal, right) in zip(centre, [(0, 1), (0, 0), (1, 1), (1, 0)], strict=True)
        for _ in range(count)
    ]
    strata, is_focal, right = np.array(cells).T
    return dif._Tables.of(right.astype(float), is_focal.astype(bool), strata)


def cohort(persons: int = 2000, seed: int = 1, impact: float = 0.5, **bias: float) -> tuple[np.ndarray, list[str]]:
    """Draw Rasch answers of two groups; the focal one is less able by `impact`, and item 3 harder for it by `i3`."""
    items = simulation.draw_items(30, seed=seed, model="rasch")
    random = np.random.default_rng(seed)
    is_focal = random.random(persons) < 0.5
    shift = np.zeros((persons, 30))
    for name, size in bias.items():
        shift[is_focal, int(name[1:])] = size
    ability = random.normal(size=persons) - impact * is_focal
    drawn = simulation.draw_cohort(items, persons, seed=seed, ability=ability, bias=shift)
    return drawn.scores, ["focal" if focal else "reference" for focal in is_focal]


def compare(scores: np.ndarray, groups: list[str], **kwargs: bool) -> dif.Report:
    return mantel_haenszel(scores, groups, reference="reference", focal="focal", **kwargs)


def test_the_common_odds_ratio_is_the_textbooks() -> None:
    """Agresti (2002), section 6.3: 2.13, its logarithm .758 with error .303; chi-square 6.38 without correction."""
    tables = tables_of(CENTRES)
    logarithm, error = tables.log_odds_ratio()
    assert math.exp(logarithm) == pytest.approx(2.13, abs=0.005)
    assert (logarithm, error) == (pytest.approx(0.758, abs=5e-4), pytest.approx(0.303, abs=5e-4))
    surplus = float((tables.reference_right - tables.expected).sum())
    assert surplus**2 / tables.variance.sum() == pytest.approx(6.38, abs=0.005)


def test_an_item_is_the_table_of_persons_of_like_score() -> None:
    """Four items of which three match: each number worked from the definition, stratum by stratum."""
    random = np.random.default_rng(4)
    scores = (random.random((400, 4)) < 0.6).astype(float)
    groups = ["reference", "focal"] * 200
    found = compare(scores, groups, purify=False).items[0]
    over, under, surplus, variance = 0.0, 0.0, 0.0, 0.0
    for total in range(5):
        here = scores.sum(1) == total
        a, b, c, d = (
            int((here & (np.array(groups) == group) & (scores[:, 0] == right)).sum())
            for group, right in itertools.product(("reference", "focal"), (1, 0))
        )
        n = a + b + c + d
        over, under = over + a * d / n, under + b * c / n
        surplus += a - (a + b) * (a + c) / n
        variance += (a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))
    assert found.odds_ratio == pytest.approx(over / under)
    assert found.delta == pytest.approx(-2.35 * math.log(over / under))
    assert found.chi_square == pytest.approx((abs(surplus) - 0.5) ** 2 / variance)


def test_part_scores_have_the_variance_of_all_ways_to_deal_them_to_the_groups() -> None:
    scores, is_focal = np.array([0.0, 0.6, 0.6, 0.8, 1.0]), np.array([0, 0, 1, 1, 1], bool)
    tables = dif._Tables.of(scores, is_focal, np.zeros(5, int))
    deals = [scores[list(pair)].sum() for pair in itertools.combinations(range(5), 2)]
    assert tables.variance[0] == pytest.approx(np.var(deals))
    assert tables.expected[0] == pytest.approx(np.mean(deals))


def test_p_values_are_tails_of_chi_square_with_one_degree_of_freedom() -> None:
    for item in compare(*cohort(2000, i3=1.0)).items:
        tail = mpmath.gammainc(0.5, item.chi_square / 2, mpmath.inf, regularized=True)
        assert item.p_value == pytest.approx(float(tail), rel=1e-9)


def test_a_planted_difference_is_found_with_its_sign_and_size_and_no_other() -> None:
    scores, groups = cohort(4000, i3=1.0, i7=-1.0)
    found = compare(scores, groups)
    assert found.settled
    assert found.purified == (3, 7)
    assert [place for place, item in enumerate(found.items) if item.level != "A"] == [3, 7]
    # Under Rasch the log odds ratio is the shift itself.
    assert abs(found.items[3].delta + 2.35) < 3 * found.items[3].delta_error
    assert abs(found.items[7].delta - 2.35) < 3 * found.items[7].delta_error
    assert found.items[3].level == "C"
    assert found.items[3].odds_ratio == pytest.approx(math.exp(-found.items[3].delta / 2.35))


def test_without_a_difference_one_item_in_twenty_is_significant_whatever_the_groups_abilities() -> None:
    reports = [compare(*cohort(600, seed=seed, impact=1.0)) for seed in range(12)]
    items = [item for report in reports for item in report.items]
    assert np.mean([item.p_value < 0.05 for item in items]) <= 0.075
    assert np.mean([item.delta for item in items]) == pytest.approx(0, abs=0.06)
    within = [abs(item.delta) < 1.96 * item.delta_error for item in items]
    assert 0.92 <= np.mean(within) <= 0.98


def test_purification_frees_the_fair_items_from_the_blame_of_many_biased_ones() -> None:
    scores, groups = cohort(4000, impact=0.0, **{f"i{place}": 1.0 for place in range(8)})
    plain, purified = (compare(scores, groups, purify=purify) for purify in (False, True))
    blame = [np.mean([item.delta for item in report.items[8:]]) for report in (plain, purified)]
    assert blame[0] > 0.4
    assert abs(blame[1]) < 0.1
    assert purified.purified == tuple(range(8))
    assert (plain.purified, plain.rounds) == ((), 1)
    assert purified.rounds > 1


def test_part_scores_find_the_same_difference_with_an_honest_error() -> None:
    items = simulation.draw_items(30, seed=1, model="rasch")
    deltas, errors = [], []
    for seed in range(25):
        groups = np.resize(["reference", "focal"], 600)
        scores = simulation.draw_cohort(items, 600, seed=seed, part_credit=0.9).scores[:, :12]
        found = compare(scores, list(groups), purify=False).items
        deltas += [item.delta for item in found]
        errors += [item.delta_error for item in found]
    assert np.std(np.divide(deltas, errors)) == pytest.approx(1, abs=0.12)


def test_forms_are_matched_by_what_each_person_had() -> None:
    items = simulation.draw_items(30, seed=1, model="rasch")
    groups = np.resize(["reference", "focal"], 6000)
    bias = np.zeros((6000, 30))
    bias[groups == "focal", 3] = 1.2
    scores = simulation.draw_cohort(items, 6000, seed=2, length=15, bias=bias).scores
    found = compare(scores, list(groups))
    assert found.purified == (3,)
    assert found.items[3].reference + found.items[3].focal == (~np.isnan(scores[:, 3])).sum()
    assert np.mean([item.p_value < 0.05 for place, item in enumerate(found.items) if place != 3]) < 0.15


def test_the_groups_exchanged_change_the_sign_alone() -> None:
    scores, groups = cohort(1000, i3=0.8)
    there = mantel_haenszel(scores, groups, reference="reference", focal="focal")
    back = mantel_haenszel(scores, groups, reference="focal", focal="reference")
    for one, other in zip(there.items, back.items, strict=True):
        assert (one.delta, one.delta_error) == (pytest.approx(-other.delta), pytest.approx(other.delta_error))
        assert (one.reference, one.level) == (other.focal, other.level)


def test_the_order_of_persons_and_others_of_no_group_change_nothing() -> None:
    scores, groups = cohort(800, i3=0.8)
    order = np.random.default_rng(1).permutation(800)
    mixed = np.vstack([scores[order], np.ones((50, 30)), np.full((5, 30), np.nan)])
    labels = [groups[place] for place in order] + ["other"] * 50 + ["focal"] * 5
    for one, other in zip(compare(mixed, labels).items, compare(scores, groups).items, strict=True):
        assert (one.delta, one.chi_square) == (pytest.approx(other.delta), pytest.approx(other.chi_square))
        assert (one.reference, one.focal) == (other.reference, other.focal)


def test_twenty_nine_of_a_group_are_too_few_and_under_two_hundred_warned_of() -> None:
    scores, _ = cohort(1000)
    few = compare(scores[:129], ["focal"] * 29 + ["reference"] * 100).items[0]
    assert few == dif.Item(100, 29, few=True)
    assert compare(scores, ["focal"] * 199 + ["reference"] * 801).items[0].few
    assert not compare(scores, ["focal"] * 200 + ["reference"] * 800).items[0].few
    assert compare(scores[:499], ["focal"] * 249 + ["reference"] * 250).items[0].few


@pytest.mark.parametrize(
    ("delta", "error", "p_value", "level"),
    [(-0.99, 0.1, 1e-9, "A"), (3.0, 1.6, 0.06, "A"), (1.4, 0.1, 1e-9, "B"), (1.6, 0.5, 1e-3, "B"),
     (-1.6, 0.3, 1e-9, "C"), (2.5, 0.9, 0.005, "C")],
)  # fmt: skip
def test_levels_are_those_of_ets(delta: float, error: float, p_value: float, level: str) -> None:
    assert dif._level(delta, error, p_value) == level


def test_an_item_that_one_group_alone_gets_right_is_large_without_a_ratio() -> None:
    scores, groups = cohort(1000)
    scores[:, 0] = [group == "reference" for group in groups]
    item = compare(scores, groups).items[0]
    assert (item.odds_ratio, item.delta, item.level) == (None, None, "C")
    assert item.p_value < 1e-9


@pytest.mark.parametrize("value", [0.0, 1.0, 0.5])
def test_an_item_on_which_nobody_differs_says_nothing(value: float) -> None:
    scores, groups = cohort(1000)
    scores[:, 0] = value
    item = compare(scores, groups).items[0]
    assert (item.chi_square, item.odds_ratio, item.level) == (None, None, None)


def test_answers_that_are_all_missing_count_nobody() -> None:
    assert compare(np.full((100, 2), np.nan), ["focal", "reference"] * 50).items == (dif.Item(0, 0, few=True),) * 2


def test_labels_that_do_not_fit_the_persons_are_refused() -> None:
    with pytest.raises(ValueError, match="expected a group label for each of the 10 persons, got 9"):
        compare(np.ones((10, 2)), ["focal"] * 9)
