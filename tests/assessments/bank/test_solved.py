"""Every question was answered from its statement alone: `solved/` holds the answers, and a note where a fault showed.

Written answers are people's to mark; all others must be graded right. `again` stands where another reader, who had seen
neither the key nor the first answer, solved the question a second time; what that reader found is mended and noted too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assessments.bank.management import CONTENT, question_folders
from grader.grading import Grader
from grader.questions import read_question, request_for

SOLVED = Path(__file__).parent / "solved"
FOLDERS = question_folders(CONTENT)
ANSWERS = {path.stem: json.loads(path.read_text("utf-8")) for path in SOLVED.glob("*.json")}


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader() as grader:
        yield grader


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_reader_without_the_key_finds_the_right_answer(grader: Grader, folder: Path) -> None:
    question = read_question(folder)
    if question.kind == "written":
        assert question.solutions_correct, "a written question brings a model answer"
        return
    answer = ANSWERS[folder.parent.name][folder.name]["answer"]
    assert grader.grade(request_for(question, answer, seed=7)).outcome == "correct"


def test_no_answer_is_left_of_a_question_that_is_gone() -> None:
    known = {(folder.parent.name, folder.name) for folder in FOLDERS}
    assert {(topic, slug) for topic, rows in ANSWERS.items() for slug in rows} <= known


def test_a_third_of_the_bank_was_solved_by_a_second_reader() -> None:
    again = [slug for rows in ANSWERS.values() for slug, row in rows.items() if row.get("again")]
    assert len(again) >= len(FOLDERS) / 3
