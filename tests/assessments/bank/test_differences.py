"""What changed between two versions, line by line and word by word."""

from __future__ import annotations

import pytest

from assessments.bank import differences
from tests.bank import a_question


def shape(parts) -> list[tuple[str, str, list[str]]]:
    return [(part.title, part.state, [line.kind for line in part.lines]) for part in parts]


def test_only_the_parts_that_differ_are_told_in_an_authors_order() -> None:
    before = a_question(variants=({"a": 1}, {"a": 2}), statement="Give @{a}.\n")
    after = a_question(
        title="Another", variants=({"a": 1}, {"a": 3}), statement="Give @{a}.\n", explanation="So it is.\n"
    )
    assert shape(differences.between(before, after)) == [
        ("Head", "changed", ["changed", "same", "same", "same"]),
        ("Explanation", "added", ["added"]),
        ("Variants", "changed", ["same", "same", "changed"]),
    ]


def test_words_are_marked_within_a_line_and_lines_with_nothing_in_common_as_a_whole() -> None:
    (part,) = differences.between(
        a_question(statement="The log has base 2.\nNothing.\n"), a_question(statement="The log has base e.\nx + y\n")
    )
    first, second = part.lines
    assert (first.old, first.new) == (
        [("The log has base ", False), ("2", True), (".", False)],
        [("The log has base ", False), ("e", True), (".", False)],
    )
    assert (second.old, second.new) == ([("Nothing.", True)], [("x + y", True)])


def test_one_under_the_other_removed_lines_stand_before_what_came_in_their_place() -> None:
    (part,) = differences.between(a_question(statement="a 1\nb 1\nc\n"), a_question(statement="a 2\nb 2\nc\n"))
    assert [(line.kind, line.old_number, line.new_number) for line in part.unified] == [
        ("removed", 1, None),
        ("removed", 2, None),
        ("added", None, 1),
        ("added", None, 2),
        ("same", 3, 3),
    ]


def test_what_stayed_far_from_a_change_is_left_out() -> None:
    lines = [f"line {number}" for number in range(30)]
    changed = [*lines[:15], "another", *lines[16:]]
    (part,) = differences.between(a_question(statement="\n".join(lines)), a_question(statement="\n".join(changed)))
    assert [line.kind for line in part.lines] == ["gap", "same", "same", "same", "changed", "same", "same", "same"]


@pytest.mark.parametrize("text", ["", "one\n", "a\n\n\nb\n"])
def test_equal_versions_differ_in_nothing(text: str) -> None:
    assert differences.between(a_question(explanation=text), a_question(explanation=text)) == []
