from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments.bank import coverage, folders
from assessments.bank.management import CONTENT, question_folders
from assessments.bank.management.commands.check_bank import check
from assessments.bank.models import Kind
from grader.questions import QuestionError, Solution
from tests.bank import a_question

ROOT = Path(__file__).parents[3]
HEAD = 'title = "T"\nkind = "numeric"\ntopics = ["regression"]\n'
SPEC = '[numeric]\nanswer = "1/3"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a good folder to break."""
    found = tmp_path / "content" / "regression" / "a-question"
    found.mkdir(parents=True)
    for name, text in {"question.toml": HEAD, "spec.toml": SPEC, "statement.md": "What is $1/3$?\n"}.items():
        (found / name).write_text(text)
    return found


@pytest.mark.parametrize("path", question_folders(CONTENT), ids=lambda path: path.name)
def test_a_question_survives_being_written_and_read(path: Path) -> None:
    question = folders.read_checked(path)
    again = folders.parse(folders.files(question), question.slug)
    assert again == dataclasses.replace(question, minutes=again.minutes, points=again.points)
    assert folders.content_hash(again) == folders.content_hash(question)


@pytest.mark.parametrize("kind", Kind.values)
def test_the_skeleton_of_every_kind_is_a_valid_question(kind: str) -> None:
    question = a_question(kind)
    assert folders.parse(folders.files(question), question.slug).kind == kind


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Another"},
        {"statement": "Another"},
        {"spec": {"numeric": {"answer": "2/3"}}},
        {"variants": ({"a": 1},)},
        {"solutions_correct": (Solution("other.txt", "1/3"),)},
        {"reference_source": "def f(): ..."},
    ],
)
def test_the_hash_names_the_content(changes: dict) -> None:
    assert folders.content_hash(a_question(**changes)) != folders.content_hash(a_question())


def test_the_hash_forgets_the_slug_the_order_of_topics_and_blanks_at_the_end() -> None:
    one = a_question(topics=("binary", "metrics"), minutes=5.0)
    other = dataclasses.replace(
        one, slug="b", topics=("metrics", "binary"), minutes=5, statement=one.statement + "\n\n"
    )
    assert folders.content_hash(one) == folders.content_hash(other)


BROKEN = {
    "no head": ({"question.toml": None}, "question.toml: missing"),
    "no spec": ({"spec.toml": None}, "spec.toml: missing"),
    "head is not TOML": ({"question.toml": "title = "}, "question.toml: not valid TOML"),
    "unknown kind": ({"question.toml": HEAD.replace("numeric", "essay")}, "question.toml: kind: expected one of"),
    "unknown topic": (
        {"question.toml": HEAD.replace("regression", "cooking")},
        "question.toml: topics: expected some of foundations",
    ),
    "no topic": ({"question.toml": HEAD.replace('"regression"', "")}, "question.toml: topics: expected at least one"),
    "foreign topic": (
        {"question.toml": HEAD.replace("regression", "binary")},
        "question.toml: topics: the folder stands under regression, which is not among its topics",
    ),
    "half a minute": ({"question.toml": HEAD + "minutes = 2.5\n"}, "question.toml: minutes: expected a whole number"),
    "empty statement": ({"statement.md": " \n"}, "statement.md: expected the question's text, found none"),
    "bad formula": ({"statement.md": r"$\frac{1$"}, r"statement.md: the formula «\frac{1» cannot be read"),
    "bad formula in the explanation": ({"explanation.md": r"$\foo$"}, r"explanation.md: the formula «\foo»"),
    "unknown parameter": ({"statement.md": "Give @{x}."}, "statement.md: @{x} is not a parameter of the variant"),
    "no key": ({"spec.toml": '[numeric]\nanswer = "one third"\n'}, "spec.toml: numeric.answer:"),
    "unknown key": ({"spec.toml": SPEC + "tolerance = 1\n"}, "numeric.tolerance"),
    "wrong solution without a reason": (
        {"solutions/wrong/half.txt": "1/2\n"},
        "solutions/wrong/half.txt: line 1: expected `# expects: CHECK or CODE`",
    ),
    "bad formula in an option": (
        {
            "question.toml": HEAD.replace("numeric", "choice"),
            "spec.toml": '[choice]\noptions = [{text = "$\\\\foo$", credit = 1}, {text = "b", credit = 0}]\n',
        },
        r"spec.toml: choice.options[0].text: the formula «\foo»",
    ),
}


@pytest.mark.parametrize(("changes", "expected"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_folder_is_named_with_file_and_field(folder: Path, changes: dict, expected: str) -> None:
    for name, text in changes.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).unlink() if text is None else (folder / name).write_text(text)
    problems = check(folder.parents[1])
    assert list(problems) == ["regression/a-question"]
    assert [line for line in problems["regression/a-question"] if expected in line] != []


def test_a_good_folder_passes(folder: Path) -> None:
    assert check(folder.parents[1]) == {}


def test_two_folders_may_not_share_a_slug(folder: Path) -> None:
    other = folder.parents[1] / "binary" / folder.name
    shutil.copytree(folder, other)
    (other / "question.toml").write_text(HEAD.replace("regression", "binary"))
    assert check(folder.parents[1]) == {
        "regression/a-question": [
            "the slug a-question is taken by binary/a-question: a slug names one question of the bank"
        ]
    }


def test_an_empty_bank_is_an_error_and_not_a_pass(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="question folders have errors"):
        call_command("check_bank", content=tmp_path)


def test_an_editor_cannot_write_outside_of_the_folder() -> None:
    written = folders.files(a_question()) | {"solutions/correct/../../../../escaped.txt": "1/3"}
    with pytest.raises(QuestionError, match="not a file of a question folder"):
        folders.parse(written, "a-question")


def test_check_bank_runs_with_an_empty_environment_and_the_bank_is_in_order() -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "check_bank"]
    ran = subprocess.run(
        command, cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
    )
    lines = ran.stdout.splitlines()
    assert (ran.returncode, lines[-1]) == (0, f"{len(question_folders(CONTENT))} question folders, all in order")


def test_the_bank_has_a_question_of_every_level_on_every_topic_and_shows_the_counts() -> None:
    counts = coverage.count(question_folders(CONTENT))
    assert coverage.gaps(counts) == []
    head, *rows = (line.split() for line in coverage.table(counts).splitlines()[1:])
    last = dict(zip(head, rows[-1], strict=True))
    assert sum(map(int, last["all"].split("/"))) == counts.total() == len(question_folders(CONTENT))
    for held in list(counts):
        if held[0] == "practice" and held[2] == "judge":
            del counts[held]
    assert coverage.gaps(counts) == ["practice has no question of the level judge"]
