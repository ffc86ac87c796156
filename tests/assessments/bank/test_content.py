"""What the questions of the bank print of their marking is what marks them, and no key shows by its place or length."""

from __future__ import annotations

import collections
import re

import pytest

from assessments.bank.management import CONTENT, question_folders
from grader.cases import draw
from grader.questions import QuestionFolder, read_question
from grader.task import read_task

QUESTIONS = [read_question(folder) for folder in question_folders(CONTENT)]
_GROUPS = {"correctness": "ordinary", "edge_cases": "edge", "numerical_stability": "extreme"}
_ROW = re.compile(r"^\| (?P<name>[^|]+) \| (?P<points>\d+) \|", re.MULTILINE)
_TOLERANCES = re.compile(r"relative tolerance of \$10\^\{(-\d+)\}\$ and an absolute one of \$10\^\{(-\d+)\}\$")


def of_kind(*kinds: str) -> pytest.MarkDecorator:
    chosen = [question for question in QUESTIONS if question.kind in kinds]
    return pytest.mark.parametrize("question", chosen, ids=lambda question: question.slug)


def printed(question: QuestionFolder) -> dict[str, float]:
    return {row["name"]: float(row["points"]) for row in _ROW.finditer(question.statement)}


@of_kind("coding")
def test_every_check_that_is_printed_has_inputs_and_its_weight(question: QuestionFolder) -> None:
    task = read_task(question.spec, question.reference_source)
    drawn = {case.group for case in draw(task, seed=1)} & {case.group for case in draw(task, seed=2)}
    used = {name.replace("_", " "): weight for name, weight in task.weights.items() if _GROUPS[name] in drawn}
    assert printed(question) == used


@of_kind("coding")
def test_the_tolerances_that_are_printed_are_those_that_are_used(question: QuestionFolder) -> None:
    task = read_task(question.spec, question.reference_source)
    found = _TOLERANCES.search(question.statement)
    assert found is not None
    assert [10.0 ** int(power) for power in found.groups()] == pytest.approx([task.rtol, task.atol])


@of_kind("lab")
def test_a_lab_prints_the_weights_of_its_checks(question: QuestionFolder) -> None:
    weights = {name.replace("_", " "): weight for name, weight in question.spec.get("weights", {}).items()}
    assert printed(question) == weights


@of_kind("written")
def test_a_rubric_adds_up_to_the_points_of_its_question(question: QuestionFolder) -> None:
    rubric = {row["criterion"]: row["points"] for row in question.spec["written"]["rubric"]}
    assert printed(question) == rubric
    assert sum(rubric.values()) == question.points


def test_keys_show_neither_by_their_place_nor_by_their_length() -> None:
    options = [
        question.spec["choice"]["options"]
        for question in QUESTIONS
        if question.kind == "choice" and not question.spec["choice"].get("multiple")
    ]
    keys = [next(place for place, row in enumerate(rows) if row["credit"]) for rows in options]
    places = collections.Counter(keys)
    assert max(places.values()) <= 1.2 * len(keys) / 4
    lengths = [[len(row["text"]) for row in rows] for rows in options]
    longest = sum(sorted(row)[-2] < row[key] for row, key in zip(lengths, keys, strict=True))
    assert longest <= 1.2 * len(keys) / 4
