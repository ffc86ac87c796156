from __future__ import annotations

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.sittings.assembly import Item, Line, Rules, assemble


def item(*topics: int, minutes: int = 3, facility: float = 0.5, cost: float = 0.0) -> Item:
    return Item(frozenset(topics), minutes, facility, cost)


def pool(rng: random.Random, size: int = 60) -> list[Item]:
    return [
        item(
            *rng.sample(range(5), rng.randint(1, 2)),
            minutes=rng.randint(1, 10),
            facility=rng.random(),
            cost=rng.random(),
        )
        for _ in range(size)
    ]


def test_no_item_is_taken_twice_and_a_wide_line_leaves_the_narrow_one_its_only_item() -> None:
    form = assemble([item(1)] * 4, [Line(3, [0, 1, 2, 3], 1.0), Line(1, [3], 1.0)], Rules())
    assert sorted(form.lines[0]) == [0, 1, 2]
    assert form.lines[1] == (3,)
    assert form.short_lines == (0, 0)


def test_the_cheapest_items_are_taken_where_nothing_else_speaks() -> None:
    items = [item(1, cost=cost) for cost in (0.9, 0.1, 0.5, 0.3)]
    assert sorted(assemble(items, [Line(2, range(4), 1.0)], Rules()).lines[0]) == [1, 3]


def test_a_topic_is_covered_though_its_items_cost_more() -> None:
    items = [item(1, cost=0.0), item(1, cost=0.0), item(2, cost=20.0)]
    form = assemble(items, [Line(2, range(3), 1.0)], Rules(topics={2: 1}))
    assert 2 in form.lines[0]
    assert form.short_topics == {2: 0}


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_rules_that_can_be_held_are_held(seed: int) -> None:
    items = pool(random.Random(seed))
    rules = Rules(topics={0: 2, 1: 2, 2: 1}, minutes=(40, 45), facility=(0.47, 0.53))
    lines = [Line(4, range(30), 1.0), Line(4, range(20, 60), 3.0)]
    form = assemble(items, lines, rules)
    taken = [items[place] for places in form.lines for place in places]
    assert [len(places) for places in form.lines] == [4, 4]
    assert len({place for places in form.lines for place in places}) == 8
    covered = Counter(topic for row in taken for topic in row.topics)
    assert all(covered[topic] >= count for topic, count in rules.topics.items())
    assert 40 <= sum(row.minutes for row in taken) <= 45
    score = sum(row.facility for row in taken[:4]) + 3 * sum(row.facility for row in taken[4:])
    assert 0.47 - 1e-6 <= score / 16 <= 0.53 + 1e-6


def test_what_is_missing_is_told_as_little_as_possible_and_the_form_comes_all_the_same() -> None:
    items = [item(1, minutes=2, facility=0.2), item(1, minutes=2, facility=0.3), item(2, minutes=2, facility=0.4)]
    rules = Rules(topics={2: 2}, minutes=(10, 12), facility=(0.5, 0.6))
    form = assemble(items, [Line(2, [0, 1], 1.0), Line(2, [2], 1.0)], rules)
    assert form.lines == ((0, 1), (2,))
    assert form.short_lines == (0, 1)
    assert form.short_topics == {2: 1}
    assert form.minutes_off == 4
    # Of four questions that count alike three are there: (0.2 + 0.3 + 0.4) / 4 is 0.275 below the window.
    assert abs(form.facility_off - 0.275) < 1e-9


def test_an_empty_bank_is_short_of_everything() -> None:
    form = assemble([], [Line(2, [], 1.0)], Rules(topics={1: 1}, minutes=(5, 10)))
    assert form.lines == ((),)
    assert form.short_lines == (2,)
    assert form.short_topics == {1: 1}
