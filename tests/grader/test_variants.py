from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from grader.questions import QuestionError, QuestionFolder, Solution, read_files
from grader.variants import health, realise_ranges, values_of

HEAD = 'title = "A sum"\nkind = "numeric"\n'
TABLE = """
[variants]
count = 3
constraints = ["@{a} < @{b}"]

[variants.parameters]
a = { from = 1, to = 5, step = 1 }
b = [2, 4, 6]
"""
FILES = {
    "question.toml": HEAD + TABLE,
    "statement.md": "What is @{a} + @{b}?",
    "spec.toml": '[numeric]\nanswer = "@{a} + @{b}"\nrtol = 0.001\n',
    "solutions/wrong/minus.txt": "# expects: correctness\n@{a} - @{b}\n",
}


def problems_of(**changes: str) -> tuple[str, ...]:
    with pytest.raises(QuestionError) as caught:
        read_files(FILES | {"question.toml": HEAD + changes["table"]} if "table" in changes else FILES | changes, "sum")
    return caught.value.problems


def test_ranges_become_variants_that_keep_the_constraints_and_are_the_same_each_time() -> None:
    question = read_files(FILES, "sum")
    assert len(question.variants) == 3
    assert len({tuple(row.items()) for row in question.variants}) == 3
    assert all(row["a"] < row["b"] and row["a"] in range(1, 6) and row["b"] in {2, 4, 6} for row in question.variants)
    assert read_files(FILES, "sum") == question


def test_another_seed_draws_other_variants() -> None:
    drawn = {
        str(
            read_files(
                FILES | {"question.toml": HEAD + TABLE.replace("count = 3", f"count = 3\nseed = {seed}")}, "sum"
            ).variants
        )
        for seed in range(5)
    }
    assert len(drawn) > 1


def test_steps_are_decimal_and_whole_where_they_are_whole() -> None:
    assert values_of({"from": 0.1, "to": 0.4, "step": 0.1}) == [0.1, 0.2, 0.3, 0.4]
    assert [type(value) for value in values_of({"from": 1, "to": 2.5, "step": 1})] == [int, int]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("count = 3", "", "question.toml: variants.count: expected a whole number from 1 to 50, got nothing"),
        ("count = 3", "count = 3\nranges = 1", "question.toml: variants.ranges: not known"),
        ("step = 1", "step = 0", "question.toml: variants.parameters.a: expected from ≤ to and step > 0, got from 1"),
        ("from = 1", 'from = "1"', "question.toml: variants.parameters.a: from: expected a number, got '1'"),
        ("step = 1", "step = 1e-9", "question.toml: variants.parameters.a: expected at most 10000 steps"),
        ("[2, 4, 6]", "[]", "question.toml: variants.parameters.b: expected a list of numbers or texts, got []"),
        ("[2, 4, 6]", "7", "question.toml: variants.parameters.b: expected a list of choices, or { from, to, step }"),
        ("@{a} < @{b}", "@{a}", "question.toml: variants.constraints[0]: expected a comparison such as"),
        ("@{a} < @{b}", "@{c} < 1", "question.toml: variants.constraints: @{c} is not a parameter of the variant"),
        (
            "@{a} < @{b}",
            "@{a} > 9",
            "question.toml: variants: 3 are asked for and 0 are fit, of 15 combinations looked at, 0",
        ),
        ("[2, 4, 6]", "[6]", ""),
    ],
)
def test_a_bad_table_is_told_with_its_field(before: str, after: str, told: str) -> None:
    table = TABLE.replace(before, after)
    if not told:
        assert {row["b"] for row in read_files(FILES | {"question.toml": HEAD + table}, "sum").variants} == {6}
        return
    assert any(problem.startswith(told) for problem in problems_of(table=table)), problems_of(table=table)


def test_too_few_fit_variants_name_what_is_wrong_with_the_first() -> None:
    (problem,) = problems_of(**{"spec.toml": '[numeric]\nanswer = "1/(@{a} - @{a})"\n'})
    assert problem.startswith(
        "question.toml: variants: 3 are asked for and 0 are fit, of 15 combinations looked at, 9 of"
    )
    assert "is unfit: spec.toml: numeric.answer:" in problem


def test_many_combinations_are_sampled() -> None:
    table = {"count": 5, "parameters": {name: {"from": 0, "to": 999, "step": 1} for name in "abc"}}
    rows, problems = realise_ranges(table, lambda row: [] if row["a"] < 100 else ["too large"])
    assert (len(rows), problems) == (5, [])
    assert len({tuple(row.values()) for row in rows}) == 5


QUESTION = QuestionFolder("sum", "A sum", "numeric", {"numeric": {"answer": "@{a}/@{b}", "rtol": 0.01}})


@pytest.mark.parametrize(
    ("parameters", "changes", "told"),
    [
        ({"a": 3, "b": 4}, {}, ""),
        ({"a": 3, "b": 3}, {}, "the key is 1, which a guess finds"),
        ({"a": 0, "b": 3}, {}, "the key is 0, which a guess finds"),
        ({"a": 3, "b": 0}, {}, "the key is no number"),
        ({"a": 3, "b": 4}, {"rtol": 0.1}, "the tolerance 0.075 is not within 1e-9 and 5 % of the key 0.75"),
        ({"a": 3, "b": 4}, {"rtol": 0.0, "atol": 0.0}, "the tolerance 0 is not within"),
        ({"a": 30, "b": 1}, {}, "the wrong solution share.txt gives 30.5, too near the key 30"),
    ],
)
def test_a_variant_is_unfit_where_its_key_or_tolerance_tells_nothing(parameters, changes, told) -> None:
    question = dataclasses.replace(
        QUESTION,
        spec={"numeric": QUESTION.spec["numeric"] | changes},
        solutions_wrong=(Solution("share.txt", "@{a}/@{b} + @{b}/2"), Solution("words.txt", "no number")),
    )
    found = health(question, parameters)
    assert len(found) == bool(told)
    assert all(problem.startswith(told) for problem in found)


def test_every_variant_of_the_banks_own_numeric_questions_is_fit() -> None:
    from assessments.bank.management import CONTENT, question_folders
    from grader.questions import read_question

    questions = [read_question(folder) for folder in question_folders(Path(CONTENT))]
    unfit = {
        f"{question.slug} {number}": problems
        for question in questions
        for number in range(max(1, len(question.variants)))
        if (problems := health(question, question.parameters(number)))
    }
    assert unfit == {}
    assert sum(bool(question.ranges) for question in questions) >= 4


@pytest.mark.parametrize(
    ("kind", "spec", "told"),
    [
        ("choice", {"options": [{"text": "@{a}/4"}, {"text": "0.5"}]}, "options say the same: «2/4» and «0.5»"),
        ("choice", {"options": [{"text": "$x^{@{a}}$"}, {"text": "$x ^ {2}$"}]}, "options say the same: «$x^{2}$» and"),
        ("ordering", {"items": ["@{a} units", "2  units", "more"]}, "items say the same: «2 units» and «2  units»"),
        ("matching", {"pairs": [["x", "@{a}"], ["y", "2.0"]]}, "partners say the same: «2» and «2.0»"),
        ("matching", {"pairs": [["@{a}", "x"], ["2.0", "y"]]}, "left sides say the same: «2» and «2.0»"),
        ("lab", {"choice": [{"text": "rate @{a}"}, {"text": "rate 2"}]}, "options say the same: «rate 2» and"),
    ],
)
def test_a_variant_is_unfit_where_two_of_its_answers_say_the_same(kind, spec, told) -> None:
    question = QuestionFolder("alike", "Alike", kind, {kind: spec})
    (problem,) = health(question, {"a": "2"})
    assert problem.startswith(f"two of the {told}")
    assert health(question, {"a": "3"}) == []
