"""One planted slip a derivation: its line is found, its consequences are not blamed, and no name is a false one."""

import tomllib
from pathlib import Path

import pytest

from grader.algebra.lines import read_lines
from grader.algebra.service import answer

pytestmark = pytest.mark.usefixtures("own_time_only")

PLANTED = tomllib.loads(Path(__file__).with_name("planted.toml").read_text("utf-8"))["derivation"]
NAMES = [task["name"] for task in PLANTED]


@pytest.fixture(scope="module")
def results():
    return {task["name"]: check(task) for task in PLANTED}


def check(task):
    keys = {key: task[key] for key in ("variables", "definitions", "loss", "wrt") if key in task}
    lines = [{"role": line.role, "expr": line.expression} for line in read_lines("\n".join(task["lines"]))]
    return answer({"steps": True, "task": keys, "lines": lines})


@pytest.mark.parametrize("task", PLANTED, ids=NAMES)
def test_the_first_wrong_line_is_found_and_what_follows_from_it_is_not_blamed(task, results):
    result = results[task["name"]]
    assert result["first_wrong_line"] == task["wrong"]
    blamed = [number for number, line in enumerate(result["lines"], 1) if line["step_ok"] is not True]
    assert blamed == [task["wrong"]]


@pytest.mark.parametrize("task", PLANTED, ids=NAMES)
def test_no_slip_is_named_wrongly(task, results):
    assert results[task["name"]]["lines"][task["wrong"] - 1]["slip"] in {*task["slip"], None}


def test_at_least_85_of_100_slips_are_named(results):
    assert len(PLANTED) >= 25
    named = [task["name"] for task in PLANTED if results[task["name"]]["lines"][task["wrong"] - 1]["slip"]]
    assert len(named) >= 0.85 * len(PLANTED), sorted(set(NAMES) - set(named))
