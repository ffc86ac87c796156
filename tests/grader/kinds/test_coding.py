import json
import re
from pathlib import Path

import pytest

SEEDS = (1, 2, 3)
HEAD = re.compile(
    r"(?P<gives>\w+) of (?P<loss>\w+) \((?P<parameters>[\w, ]+)\)(?P<options> \{.*\})?"
    r"(?: -> (?P<outcome>\w+) (?P<code>\S+))?"
)


def submissions(name):
    """Give (head, source) of each block of a corpus beside this file."""
    blocks = (Path(__file__).parent / name).read_text("utf-8").split("\n=== ")[1:]
    assert len(blocks) > 50
    pairs = [block.split("\n", 1) for block in blocks]
    return [pytest.param(HEAD.fullmatch(head).groupdict(), source.strip(), id=head) for head, source in pairs]


def grade(graded, head, source, seed):
    options = json.loads(head["options"] or "{}")
    parameters = head["parameters"].replace(",", " ")
    return graded(head["loss"], source, parameters, options=options, gives=head["gives"], seed=seed)


@pytest.mark.parametrize(("head", "source"), submissions("right_submissions.txt"))
def test_a_right_answer_is_right_in_any_style(graded, head, source):
    for seed in SEEDS:
        verdict = grade(graded, head, source, seed)
        assert (verdict.outcome, verdict.score, verdict.findings) == ("correct", 1.0, ()), verdict.checks


@pytest.mark.parametrize(("head", "source"), submissions("wrong_submissions.txt"))
def test_a_wrong_answer_is_named(graded, head, source):
    for seed in SEEDS:
        verdict = grade(graded, head, source, seed)
        first = verdict.findings[0].code if verdict.findings else "-"
        assert (verdict.outcome, first) == (head["outcome"], head["code"]), (verdict.checks, verdict.findings)
